#include "daemonkit/lifetime.hpp"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <ctime>
#include <filesystem>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

#include <spdlog/spdlog.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

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

/// Hears every signal beside the Lifetime: what came too late for it, before begin_again(), is
/// neither lost nor the death of the process.
class LateSignals {
public:
    int reloads = 0;     ///< SIGHUPs that were done
    bool is_end = false; ///< the last of them ended the daemon

    std::vector<int> came()
    {
        std::vector<int> all;
        for (bool more = true; more;) {
            more = false;
            signals_.async_wait([&](const boost::system::error_code& error, int signal) {
                if (error) return;
                all.push_back(signal);
                more = true;
            });
            io_.restart();
            io_.poll();
        }
        signals_.cancel();
        io_.restart();
        io_.poll();
        return all;
    }

private:
    asio::io_context io_;
    asio::signal_set signals_{io_, SIGTERM, SIGINT, SIGHUP};
};
std::unique_ptr<LateSignals> late; // of a process that begins again when it is told to reload

void mask_signals(int how)
{
    sigset_t signals;
    sigemptyset(&signals);
    for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&signals, signal);
    ::pthread_sigmask(how, &signals, nullptr);
}

} // namespace

bool begins_again()
{
    return late && late->is_end;
}

void begin_again(char** argv)
{
    mask_signals(SIG_BLOCK); // pending ones outlive exec(), and so does the mask
    auto reloads = late->reloads;
    for (const int signal : late->came())
        if (signal != SIGHUP || --reloads < 0) std::raise(signal);
    std::error_code no_matter;
    ::execv(std::filesystem::read_symlink("/proc/self/exe", no_matter).c_str(), argv);
    ::execv("/proc/self/exe", argv); // another version is there by now
    throw std::system_error(errno, std::generic_category(), "begin again");
}

Lifetime::Lifetime(asio::io_context& io)
    : io_(io), signals_(io, SIGTERM, SIGINT, SIGHUP), watchdog_(io), stop_timer_(io)
{
    std::signal(SIGPIPE, SIG_IGN);
    wait_signal();
    mask_signals(SIG_UNBLOCK);
}

void Lifetime::on_reload_begin_again(std::function<void()> check)
{
    on_reload(std::move(check));
    late = std::make_unique<LateSignals>();
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
    if (late) ++late->reloads;
    spdlog::info("reloading");
    notify("RELOADING=1\n" + monotonic_usec());
    try {
        reload_();
    } catch (const std::exception& error) {
        spdlog::error("reload failed, going on as before: {}", error.what());
        return notify("READY=1");
    }
    if (!late) return notify("READY=1");
    late->is_end = stopping_ = true; // who begins again says READY=1
    finish();
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
    late.reset();
    if (stopping_) return io_.stop();
    stopping_ = true;
    spdlog::info("stopping");
    notify("STOPPING=1");
    finish();
}

void Lifetime::finish()
{
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
