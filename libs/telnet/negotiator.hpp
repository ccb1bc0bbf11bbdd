#pragma once

#include <array>
#include <cstdint>
#include <functional>

#include "telnet/protocol.hpp"

namespace telnet {

/// Which options are on, on either side, by RFC 1143's Q method: never answers a state
/// that is already held, so no peer can be drawn into a loop. One per connection; no I/O.
class Negotiator {
public:
    /// May an option be on, when the peer asks for it?
    struct Policy {
        std::function<bool(std::uint8_t option)> we_may;   ///< answer DO with WILL
        std::function<bool(std::uint8_t option)> peer_may; ///< answer WILL with DO
    };
    explicit Negotiator(Policy policy);

    /// The policy of a serial port server: BINARY, ECHO (ours only), SGA and COM-PORT; all else
    /// refused.
    static Policy serial_server();

    /// Takes one negotiation and appends what has to be answered to `out`, if anything.
    void receive(Verb verb, std::uint8_t option, Bytes& out);

    void offer(std::uint8_t option, Bytes& out);    ///< ask to have our side on: WILL
    void request(std::uint8_t option, Bytes& out);  ///< ask to have the peer's side on: DO
    void withdraw(std::uint8_t option, Bytes& out); ///< our side off again: WON'T
    void forbid(std::uint8_t option, Bytes& out);   ///< the peer's side off again: DON'T

    bool ours(std::uint8_t option) const;  ///< on, on our side
    bool peers(std::uint8_t option) const; ///< on, on the peer's side

private:
    /// RFC 1143 section 7; "opposite" is its queue bit: asked to turn back while waiting.
    enum class State : std::uint8_t {
        no,
        want_no,
        want_no_opposite,
        want_yes,
        want_yes_opposite,
        yes
    };
    /// The method is the same for both sides; only the words differ.
    struct Side {
        Verb on;  ///< what we send to have it on: WILL for ours, DO for the peer's
        Verb off; ///< and off
        std::array<State, 256> states{};
    };
    static void agree(Side& side, std::uint8_t option, bool allowed, Bytes& out);
    static void object(Side& side, std::uint8_t option, Bytes& out);
    static void want_on(Side& side, std::uint8_t option, Bytes& out);
    static void want_off(Side& side, std::uint8_t option, Bytes& out);

    Policy policy_;
    Side us_{Verb::will, Verb::wont};
    Side him_{Verb::do_, Verb::dont};
};

} // namespace telnet
