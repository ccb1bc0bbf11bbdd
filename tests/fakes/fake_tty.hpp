#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "serial/settings.hpp"

namespace fakes {

inline std::string to_text(const serial::Settings& settings)
{
    return std::to_string(settings.baud) + " " + std::to_string(settings.data_bits) +
           std::string(serial::to_string(settings.parity)) +
           std::string(serial::to_string(settings.stop_bits)) +
           (settings.flow == serial::FlowControl::none
                ? ""
                : " " + std::string(serial::to_string(settings.flow)));
}

inline std::string to_text(const serial::LineChange& change)
{
    std::string text;
    if (change.dtr) text += std::string(" DTR=") + (*change.dtr ? "1" : "0");
    if (change.rts) text += std::string(" RTS=") + (*change.rts ? "1" : "0");
    return text;
}

/// A tty with a board behind it, from plug to unplug, as a test sees it: it says what the port
/// did, and does what the test wants. A FakePort opens it by its devnode.
class FakeTty {
public:
    // What the port has done so far.
    std::string written;           ///< all bytes that reached the "kernel"
    serial::Settings settings;     ///< in effect
    bool dtr = false, rts = false; ///< open() raises both, as the kernel does
    bool break_on = false;
    bool is_open = false;
    /// A line each: "open 115200 8N1 DTR=0 RTS=0", "write hello", "lines DTR=1",
    /// "configure 921600 8N1", "break on", "drain", "receive now", "purge tx", "close RTS=0",
    /// in the order in which they took effect.
    std::vector<std::string> history;

    // How it behaves; set any time.
    std::error_code open_error;      ///< e.g. EACCES, EBUSY
    std::error_code configure_error; ///< e.g. EINVAL; the settings then stay
    std::error_code lines_error;     ///< of set_lines and set_break; ENOTTY: it is a pty
    std::error_code drain_error;
    bool open_is_stuck = false;  ///< done comes when this is false and release() was called
    bool drain_is_stuck = false; ///< so is drain, and a configure after a write
    bool takes_bytes = true;     ///< false: queued() grows, as with hardware flow control
    bool loops_back = false;     ///< what is written is received
    std::optional<serial::ModemInputs> inputs = serial::ModemInputs{}; ///< nothing: a pty

    /// After a change of the above: lets what waits go on.
    void release()
    {
        if (port_.release) port_.release();
    }
    /// The board says something. Lost when nobody has it open.
    void receive(std::string_view bytes)
    {
        if (port_.receive) port_.receive(bytes);
    }
    void set_inputs(serial::ModemInputs now)
    {
        inputs = now;
        if (port_.inputs) port_.inputs();
    }
    /// What its UART has just counted. Missed by a port that does not watch, as the first
    /// poll only takes the counters' values.
    void board_line_errors(const serial::LineErrors& errors)
    {
        if (port_.line_errors) port_.line_errors(errors);
    }
    /// EIO: the board is gone, though the devnode may still be there.
    void fail(std::error_code error = std::make_error_code(std::errc::io_error))
    {
        if (port_.failure) port_.failure(error);
    }

private:
    friend class FakePort;
    /// The port that has it open; empty when none has.
    struct {
        std::function<void()> release;
        std::function<void(std::string_view)> receive;
        std::function<void()> inputs;
        std::function<void(const serial::LineErrors&)> line_errors;
        std::function<void(std::error_code)> failure;
    } port_;
};

/// The ttys that are plugged in, by devnode.
class FakeTtys {
public:
    FakeTty& plug(const std::string& devnode)
    {
        auto& tty = ttys_[devnode];
        tty = std::make_shared<FakeTty>();
        return *tty;
    }
    /// Whoever has it open gets EIO.
    void unplug(const std::string& devnode)
    {
        const auto tty = find(devnode);
        ttys_.erase(devnode);
        if (tty) tty->fail();
    }
    /// Null when there is no such devnode.
    std::shared_ptr<FakeTty> find(const std::string& devnode) const
    {
        const auto found = ttys_.find(devnode);
        return found == ttys_.end() ? nullptr : found->second;
    }

private:
    std::map<std::string, std::shared_ptr<FakeTty>> ttys_;
};

} // namespace fakes
