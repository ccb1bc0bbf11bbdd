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

    void offer(std::uint8_t option, Bytes& out);   ///< ask to have our side on: WILL
    void request(std::uint8_t option, Bytes& out); ///< ask to have the peer's side on: DO

    bool ours(std::uint8_t option) const;  ///< on, on our side
    bool peers(std::uint8_t option) const; ///< on, on the peer's side

private:
    enum class State : std::uint8_t {
        no,
        want_no,
        want_no_opposite,
        want_yes,
        want_yes_opposite,
        yes
    };
    Policy policy_;
    std::array<State, 256> us_{};
    std::array<State, 256> him_{};
};

} // namespace telnet
