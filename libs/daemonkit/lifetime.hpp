#pragma once

#include <functional>

#include "loop/asio.hpp"

namespace daemonkit {

/// From ready to stopped: SIGTERM and SIGINT stop the loop, SIGHUP calls reload, systemd's watchdog
/// is fed by the loop itself (so a loop that hangs is found), SIGPIPE is ignored.
class Lifetime {
public:
    explicit Lifetime(asio::io_context& io);

    void on_reload(std::function<void()> reload) { reload_ = std::move(reload); }
    /// Before the loop stops, e.g. to close ttys; call `done` when finished. At most 3 s are
    /// waited.
    void on_stop(std::function<void(std::function<void()> done)> stop) { stop_ = std::move(stop); }

    /// Tells systemd READY=1 (nothing outside systemd) and logs "ready".
    void ready();
    /// systemctl status shows it.
    void status(const std::string& text);

private:
    void wait_signal();
    void reload();
    void feed_watchdog();
    void stop();

    asio::io_context& io_;
    asio::signal_set signals_;
    asio::steady_timer watchdog_;
    asio::steady_timer stop_timer_;
    std::function<void()> reload_;
    std::function<void(std::function<void()>)> stop_;
    bool stopping_ = false;
};

} // namespace daemonkit
