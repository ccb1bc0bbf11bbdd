#pragma once

#include <cstdint>
#include <optional>

#include "serial/settings.hpp"
#include "telnet/com_port.hpp"

/// RFC 2217's numbers for the settings of a tty, and back; nothing for a value that is none.
namespace bridged::com_port_values {

std::uint8_t of(serial::Parity parity);
std::uint8_t of(serial::StopBits stop_bits);
telnet::com_port::Control outbound(serial::FlowControl flow);
telnet::com_port::Control inbound(serial::FlowControl flow);

std::optional<serial::Parity> parity(std::uint8_t value);
std::optional<serial::StopBits> stop_bits(std::uint8_t value);
/// Linux has one flow control for both directions.
std::optional<serial::FlowControl> flow(telnet::com_port::Control value);

/// The bits of NOTIFY-MODEMSTATE; those for changes are worked out against `before`.
std::uint8_t modem_state(const serial::ModemInputs& inputs);
std::uint8_t modem_changes(std::uint8_t before, std::uint8_t now);
/// The bits of NOTIFY-LINESTATE.
std::uint8_t line_state(const serial::LineErrors& errors);

} // namespace bridged::com_port_values
