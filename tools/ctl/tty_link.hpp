#pragma once

#include <array>
#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "ctl/pty_line.hpp"
#include "ctl/rfc2217_client.hpp"
#include "loop/asio.hpp"

namespace ctl {

/// A path that is a tty, and the slot behind it: connected as long as somebody has the tty open,
/// as a serial port is. What is written while the slot cannot be reached waits in the tty.
class TtyLink {
public:
    using Tell = std::function<void(const std::string&)>;
    using Moved = std::function<void(const std::string& tty)>;

    /// @param tell   of what a person should know, once while it lasts
    /// @param moved  told of another tty(), when a user left one behind that nobody can open
    TtyLink(asio::io_context& io, std::string host, std::string port, const PtySettings& settings,
            Tell tell, Moved moved);

    const std::string& tty() const { return pty_.tty(); }

private:
    using Clock = std::chrono::steady_clock;
    void look_again(Clock::duration pause);
    void look();
    void connect();
    void on_connected();
    void read_tty();
    void on_tty(std::size_t size);
    void on_closed();
    void send();
    void leave();
    void make_as_new();
    void disconnect(const std::string& why);

    asio::io_context& io_;
    std::string host_;
    std::string port_;
    Tell tell_;
    Moved moved_;
    std::string told_;
    PtyLine pty_;
    asio::posix::stream_descriptor tty_;
    asio::ip::tcp::resolver resolver_;
    asio::steady_timer timer_;
    Clock::duration pause_;
    Clock::time_point renewed_{};
    std::optional<Clock::time_point> give_up_; ///< what was left in a closed tty
    /// All that belongs to one connection; handlers of an earlier one do nothing.
    struct Connection {
        explicit Connection(asio::io_context& io) : socket(io) {}
        asio::ip::tcp::socket socket;
        Rfc2217Client client;
        telnet::Bytes out;     ///< for the slot
        telnet::Bytes sending; ///< under way
        telnet::Bytes in;      ///< for the tty
        std::array<std::byte, 16384> received{};
        bool reads_tty = false;
        bool is_closed = false; ///< the tty; what it left is still sent
    };
    void read_slot(const std::shared_ptr<Connection>& connection);
    std::shared_ptr<Connection> connection_;
    std::array<char, 4096> typed_{}; ///< a byte that says what it is, and what was written
};

/// A link to a tty, gone again with this.
class Symlink {
public:
    /// @throws std::runtime_error when there is something else than what an earlier one left
    Symlink(std::filesystem::path link, std::string target);
    ~Symlink();
    /// @throws std::filesystem::filesystem_error
    void point_to(std::string target);
    Symlink(const Symlink&) = delete;
    Symlink& operator=(const Symlink&) = delete;

private:
    std::filesystem::path link_;
    std::string target_;
};

} // namespace ctl
