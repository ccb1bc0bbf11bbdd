#include "loggerd/worker.hpp"

#include <csignal>
#include <utility>

#include <pthread.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace loggerd {
namespace {

/// What a board says comes first. Refusals change nothing but that.
void step_back()
{
    constexpr int nice = 10;
    const auto thread = static_cast<id_t>(::syscall(SYS_gettid));
    ::setpriority(PRIO_PROCESS, thread, nice);
    // linux/ioprio.h: IOPRIO_WHO_PROCESS, and IOPRIO_CLASS_BE with its lowest level. Not the idle
    // class: a search on a busy card would never end.
    constexpr int who_process = 1;
    constexpr int best_effort_lowest = (2 << 13) | 7;
    ::syscall(SYS_ioprio_set, who_process, 0, best_effort_lowest);
}

/// SIGTERM and the like are for the loop's thread.
void block_signals()
{
    sigset_t all;
    sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, nullptr);
}

} // namespace

Worker::Worker(asio::io_context& io)
    : io_(io), thread_([this] {
          ::pthread_setname_np(::pthread_self(), "log-worker");
          block_signals();
          step_back();
          work();
      })
{
}

Worker::~Worker()
{
    {
        const std::lock_guard lock{mutex_};
        ending_ = true;
    }
    changed_.notify_one();
    thread_.join();
}

void Worker::post(Job job)
{
    {
        const std::lock_guard lock{mutex_};
        jobs_.push_back(std::move(job));
    }
    changed_.notify_one();
}

void Worker::work()
{
    std::unique_lock lock{mutex_};
    for (;;) {
        changed_.wait(lock, [&] { return ending_ || !jobs_.empty(); });
        if (ending_) return;
        auto job = std::move(jobs_.front());
        jobs_.pop_front();
        lock.unlock();
        if (auto continuation = job()) asio::post(io_, std::move(continuation));
        job = nullptr; // what it captured goes now, not when the next one comes
        lock.lock();
    }
}

} // namespace loggerd
