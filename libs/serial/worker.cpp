#include "serial/worker.hpp"

#include <csignal>

#include <pthread.h>

namespace serial {

namespace {

/// SIGTERM and the like are for the loop's thread; here they would only end a system call
/// early. SIGURG stays: see Interruption.
void block_signals()
{
    sigset_t all;
    sigfillset(&all);
    sigdelset(&all, SIGURG);
    ::pthread_sigmask(SIG_SETMASK, &all, nullptr);
}

} // namespace

Worker::Worker(const std::string& name)
    : state_(std::make_shared<State>()), thread_([state = state_, name = name.substr(0, 15)] {
          ::pthread_setname_np(::pthread_self(), name.c_str());
          block_signals();
          work(*state);
      })
{
}

Worker::~Worker()
{
    bool idle = false;
    {
        const std::lock_guard lock{state_->mutex};
        state_->ending = true;
        idle = !state_->busy && state_->jobs.empty();
    }
    state_->changed.notify_one();
    if (idle)
        thread_.join(); // it waits for us and ends at once
    else
        thread_.detach();
}

void Worker::post(std::function<void()> job)
{
    {
        const std::lock_guard lock{state_->mutex};
        state_->jobs.push_back(std::move(job));
    }
    state_->changed.notify_one();
}

void Worker::work(State& state)
{
    std::unique_lock lock{state.mutex};
    for (;;) {
        state.changed.wait(lock, [&] { return state.ending || !state.jobs.empty(); });
        if (state.jobs.empty()) return;
        auto job = std::move(state.jobs.front());
        state.jobs.pop_front();
        state.busy = true;
        lock.unlock();
        job();
        job = nullptr; // what it captured goes now, not when the next one comes
        lock.lock();
        state.busy = false;
    }
}

} // namespace serial
