#pragma once

#include <functional>
#include <mutex>
#include <optional>

#include <pthread.h>

namespace serial {

/// Frees a thread from a system call that waits for output to leave: a UART that is held off
/// by flow control makes tcdrain() wait for ever, many drivers (all of usb-serial) ignore
/// TCOFLUSH, and only a signal ends it. Uses SIGURG, which is ignored by default and has no
/// other use here; its handler does nothing, without SA_RESTART, so that the call gives EINTR.
class Interruption {
public:
    Interruption();

    /// On the thread that may block: calls until it is not interrupted by anything else.
    /// @return 0, or the call's errno; EINTR when request() has ended it or came before
    int run(const std::function<int()>& call);

    /// On another thread. A signal that arrives just before the call begins is lost, so
    /// repeat this while it returns true: the call is still going on.
    bool request();

private:
    std::mutex mutex_;
    std::optional<pthread_t> waiting_; // set only while that thread is in run()
    bool requested_ = false;
};

} // namespace serial
