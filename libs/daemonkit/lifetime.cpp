#include "daemonkit/lifetime.hpp"

#include <chrono>
#include <csignal>
#include <cstdint>
#include <ctime>
#include <string>

#include <spdlog/spdlog.h>
#include <systemd/sd-daemon.h>

#include "daemonkit/escape.hpp"

namespace daemonkit {

namespace {

constexpr auto stop_deadline = std::chrono::seconds{3};

/// Nothing happens outside systemd, where NOTIFY_SOCKET is not set.
void notify(const std::string& state)
{
    ::sd_notify(0, state.c_str());
}

/// systemd 253 and later want it with RELOADING=1, sd_notify(3).
std::string monotonic_usec()
{
    timespec now = {};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    const auto microseconds = std::int64_t{now.tv_sec} * 1'000'000 + now.tv_nsec / 1000;
    return "MONOTONIC_USEC=" + std::to_string(microseconds);
}

} // namespace

Lifetime::Lifetime(asio::io_context& io)
    : io_(io), signals_(io, SIGTERM, SIGINT, SIGHUP), watchdog_(io), stop_timer_(io)
{
    std::signal(SIGPIPE, SIG_IGN);
    wait_signal();
}

void Lifetime::ready()
{
    notify("READY=1");
    spdlog::info("ready");
    feed_watchdog();
}

void Lifetime::status(const std::string& text)
{
    // A newline would begin another assignment.
    notify("STATUS=" + escape_control_bytes(text));
}

void Lifetime::wait_signal()
{
    signals_.async_wait([this](const boost::system::error_code& error, int signal) {
        if (error) return;
        if (signal == SIGHUP)
            reload();
        else
            stop();
        wait_signal();
    });
}

void Lifetime::reload()
{
    if (!reload_ || stopping_) return;
    spdlog::info("reloading");
    notify("RELOADING=1\n" + monotonic_usec());
    try {
        reload_();
    } catch (const std::exception& error) {
        spdlog::error("reload failed, going on as before: {}", error.what());
    }
    notify("READY=1");
}

void Lifetime::feed_watchdog()
{
    std::uint64_t limit_usec = 0;
    if (::sd_watchdog_enabled(0, &limit_usec) <= 0) return;
    notify("WATCHDOG=1");
    watchdog_.expires_after(std::chrono::microseconds{limit_usec / 2});
    watchdog_.async_wait([this](const boost::system::error_code& error) {
        if (!error) feed_watchdog();
    });
}

void Lifetime::stop()
{
    // The second signal is somebody who does not want to wait.
    if (stopping_) return io_.stop();
    stopping_ = true;
    spdlog::info("stopping");
    notify("STOPPING=1");
    if (!stop_) return io_.stop();
    stop_timer_.expires_after(stop_deadline);
    stop_timer_.async_wait([this](const boost::system::error_code& error) {
        if (error) return;
        spdlog::warn("not everything has stopped in 3 s; ending anyway");
        io_.stop();
    });
    // Not `this`: whoever keeps it may call it when the lifetime is over.
    stop_([&io = io_] { io.stop(); });
}

} // namespace daemonkit
