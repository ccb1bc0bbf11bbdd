#include "serial/interruption.hpp"

#include <cerrno>
#include <csignal>

namespace serial {

namespace {

void install_handler()
{
    struct sigaction action = {};
    action.sa_handler = [](int) {};
    ::sigaction(SIGURG, &action, nullptr);
}

} // namespace

Interruption::Interruption()
{
    static std::once_flag once;
    std::call_once(once, install_handler);
}

int Interruption::run(const std::function<int()>& call)
{
    std::unique_lock lock{mutex_};
    waiting_ = ::pthread_self();
    int result = EINTR;
    while (!requested_ && result == EINTR) {
        lock.unlock();
        result = call() < 0 ? errno : 0;
        lock.lock();
    }
    waiting_.reset();
    return result;
}

bool Interruption::request()
{
    const std::lock_guard lock{mutex_};
    requested_ = true;
    if (!waiting_) return false;
    ::pthread_kill(*waiting_, SIGURG);
    return true;
}

} // namespace serial
