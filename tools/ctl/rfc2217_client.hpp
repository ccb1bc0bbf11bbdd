#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "ctl/pty_line.hpp"
#include "telnet/decoder.hpp"
#include "telnet/negotiator.hpp"
#include "telnet/protocol.hpp"

namespace ctl {

/// One connection to a slot, seen from its client: RFC 2217 section 2. No I/O.
class Rfc2217Client {
public:
    Rfc2217Client();

    /// To be sent first.
    telnet::Bytes hello();
    /// @param data    what the board said is appended
    /// @param answer  what has to be sent is appended
    void receive(std::span<const std::byte> input, telnet::Bytes& data, telnet::Bytes& answer);
    /// Appends what changes; the first time: everything.
    void set(const PtySettings& settings, telnet::Bytes& out);

    /// The server has agreed to COM-PORT-OPTION. One that refuses says why instead, in plain text.
    bool is_agreed() const { return negotiator_.ours(telnet::option::com_port); }
    /// Why the server closed: what it said instead of agreeing, for a terminal, else `fault`.
    std::string why_closed(const std::string& fault) const;

private:
    telnet::Decoder decoder_;
    telnet::Negotiator negotiator_;
    std::optional<PtySettings> set_;
    std::string refusal_; ///< at most 512 bytes of it
};

} // namespace ctl
