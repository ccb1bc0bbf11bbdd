#pragma once

#include <cstdint>
#include <span>

#include "telnet/protocol.hpp"

namespace telnet {

/// Appends data with each 0xFF doubled. Runs without 0xFF are copied at once.
void append_data(Bytes& out, std::span<const std::byte> data);
/// Appends IAC verb option.
void append_negotiation(Bytes& out, Verb verb, std::uint8_t option);
/// Appends IAC SB option body IAC SE, each 0xFF of the body doubled.
void append_subnegotiation(Bytes& out, std::uint8_t option, std::span<const std::byte> body);

} // namespace telnet
