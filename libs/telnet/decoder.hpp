#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <variant>

#include "telnet/protocol.hpp"

namespace telnet {

/// What a peer said. Spans point into the caller's input or into the decoder, and
/// hold until the next call.
struct Data {
    std::span<const std::byte> bytes; ///< IAC IAC already one 0xFF; never empty
};
struct CommandByte {
    Command command; ///< AYT, NOP, BRK, …
};
struct Negotiation {
    Verb verb; ///< WILL WON'T DO DON'T
    std::uint8_t option;
};
struct Subnegotiation {
    std::uint8_t option;
    std::span<const std::byte> body; ///< unescaped, at most max_body
};
/// A subnegotiation longer than max_body: skipped to its end, told once.
struct OversizedSubnegotiation {
    std::uint8_t option;
};
using Event = std::variant<Data, CommandByte, Negotiation, Subnegotiation, OversizedSubnegotiation>;

/// Splits a telnet byte stream (RFC 854) into events. No I/O; how the stream is cut
/// into segments cannot change what it says. Never fails and never grows: a stray
/// IAC SE is ignored, and so is IAC before a byte that RFC 854 gives no meaning; an IAC
/// inside a subnegotiation that is followed by neither IAC nor SE ends it there (what came
/// so far is told) and begins a command, as RFC 855 peers that lost bytes expect.
/// Data is not translated: CR NUL stays CR NUL (pyserial and esptool send raw bytes
/// without ever asking for BINARY).
class Decoder {
public:
    static constexpr std::size_t max_body = 256;

    /// Takes from the front of `input` up to and including the next event; nothing
    /// when all of it is used up. Call until it returns nothing.
    std::optional<Event> next(std::span<const std::byte>& input);

private:
    enum class State { data, command, option, sub_option, body, body_iac };

    std::optional<Event> on_data(std::span<const std::byte>& input);
    /// Runs of data with escaped IACs between them, as one: random bytes have one in 256, and each
    /// event may be a write() to the tty.
    std::span<const std::byte> gather(std::span<const std::byte>& input);
    std::optional<Event> on_command(std::span<const std::byte>& input);
    void on_sub_option(std::byte byte);
    void on_body(std::span<const std::byte>& input);
    std::optional<Event> on_body_iac(std::span<const std::byte>& input);
    void append_body(std::span<const std::byte> bytes);

    State state_ = State::data;
    Verb verb_ = Verb::will;
    std::uint8_t option_ = 0;
    bool oversized_ = false;
    std::size_t body_size_ = 0;
    std::array<std::byte, max_body> body_{};
    std::array<std::byte, 8192> gathered_{};
};

} // namespace telnet
