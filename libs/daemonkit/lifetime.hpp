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
    /// For a daemon that takes new settings by beginning again: when `check` finds nothing wrong
    /// with them (it throws), the loop is stopped as by SIGTERM, and run() executes the program
    /// anew, which is the same process to systemd.
    void on_reload_begin_again(std::function<void()> check);
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
    void finish();

    asio::io_context& io_;
    asio::signal_set signals_;
    asio::steady_timer watchdog_;
    asio::steady_timer stop_timer_;
    std::function<void()> reload_;
    std::function<void(std::function<void()>)> stop_;
    bool stopping_ = false;
};

/// Whether a reload has ended the daemon.
bool begins_again();
/// Executes this program again. Signals that came since the reload are for what it is then.
/// @throws std::system_error
[[noreturn]] void begin_again(char** argv);

} // namespace daemonkit
