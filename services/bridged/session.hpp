#pragma once

#include <array>
#include <chrono>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "bridged/conversation.hpp"
#include "bridged/send_queue.hpp"
#include "loop/asio.hpp"

namespace bridged {

/// One TCP client of a slot: its socket and its queue. Reads no faster than the line
/// takes; never waits for a client that does not read. Shared with its own pending
/// operations, which a socket outlives only that way.
class Session : public std::enable_shared_from_this<Session> {
public:
    enum class End { closed, reset };
    struct Events {
        std::function<void()> spoke;   ///< its kind is known
        std::function<void(End)> gone; ///< once, unless we closed: the slot is free
        std::function<void()> done;    ///< once: nothing more will go to it
    };

    static constexpr std::chrono::milliseconds hold_output{200}; ///< or until its first byte
    static constexpr std::chrono::milliseconds answer_after_fin{1000};
    static constexpr std::chrono::milliseconds look_after{100}; ///< while nothing is read
    /// A client that has closed is waited for as long as what it wrote goes out.
    static constexpr std::chrono::seconds patience_after_fin{3};

    Session(asio::io_context& io, asio::ip::tcp::socket socket, SerialLine& line, Role role,
            std::string signature, Events events);

    void start();
    void board_output(std::span<const std::byte> bytes);
    void inputs_changed();
    void line_errors(const serial::LineErrors& errors);
    void resume(); ///< the line takes data again
    void close();  ///< no event is called after it

    Conversation::Kind kind() const { return conversation_.kind(); }
    bool is_closed() const { return state_ == State::closed; }
    std::uint64_t dropped() const { return queue_.dropped(); }
    std::uint64_t ignored() const { return conversation_.ignored(); }

private:
    enum class State : std::uint8_t { open, half_closed, closed };

    void read();
    void on_read(boost::system::error_code fault, std::size_t size);
    void work();
    void watch_for_end();
    void look_for_end();
    void flush();
    void on_fin();
    void fail();
    void finish();

    asio::ip::tcp::socket socket_;
    SerialLine& line_;
    Events events_;
    State state_ = State::open;
    SendQueue queue_;
    Conversation conversation_;
    asio::steady_timer hold_;
    asio::steady_timer linger_;
    asio::steady_timer look_;
    std::array<std::byte, 16384> input_buffer_;
    std::span<const std::byte> input_; // of input_buffer_, not yet heard
    telnet::Bytes sending_;
    bool holding_ = true;
    bool reading_ = false;
    bool writing_ = false;
    bool watching_ = false;
    std::size_t unsent_ = 0; ///< of the line, since
    std::chrono::steady_clock::time_point unsent_since_{};
};

} // namespace bridged
