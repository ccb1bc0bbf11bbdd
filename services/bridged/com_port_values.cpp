#include "bridged/com_port_values.hpp"

namespace bridged::com_port_values {

using serial::FlowControl, serial::Parity, serial::StopBits;
using telnet::com_port::Control;

std::uint8_t of(Parity parity)
{
    switch (parity) {
    case Parity::none:
        return 1;
    case Parity::odd:
        return 2;
    case Parity::even:
        return 3;
    case Parity::mark:
        return 4;
    case Parity::space:
        return 5;
    }
    return 1;
}

std::optional<Parity> parity(std::uint8_t value)
{
    switch (value) {
    case 1:
        return Parity::none;
    case 2:
        return Parity::odd;
    case 3:
        return Parity::even;
    case 4:
        return Parity::mark;
    case 5:
        return Parity::space;
    default:
        return std::nullopt;
    }
}

std::uint8_t of(StopBits stop_bits)
{
    switch (stop_bits) {
    case StopBits::one:
        return 1;
    case StopBits::two:
        return 2;
    case StopBits::one_and_half:
        return 3;
    }
    return 1;
}

std::optional<StopBits> stop_bits(std::uint8_t value)
{
    switch (value) {
    case 1:
        return StopBits::one;
    case 2:
        return StopBits::two;
    case 3:
        return StopBits::one_and_half;
    default:
        return std::nullopt;
    }
}

Control outbound(FlowControl flow)
{
    switch (flow) {
    case FlowControl::none:
        return Control::flow_none;
    case FlowControl::xon_xoff:
        return Control::flow_xon_xoff;
    case FlowControl::hardware:
        return Control::flow_hardware;
    }
    return Control::flow_none;
}

Control inbound(FlowControl flow)
{
    switch (flow) {
    case FlowControl::none:
        return Control::inbound_none;
    case FlowControl::xon_xoff:
        return Control::inbound_xon_xoff;
    case FlowControl::hardware:
        return Control::inbound_hardware;
    }
    return Control::inbound_none;
}

std::optional<FlowControl> flow(Control value)
{
    switch (value) {
    case Control::flow_none:
    case Control::inbound_none:
        return FlowControl::none;
    case Control::flow_xon_xoff:
    case Control::inbound_xon_xoff:
        return FlowControl::xon_xoff;
    case Control::flow_hardware:
    case Control::inbound_hardware:
        return FlowControl::hardware;
    default:
        return std::nullopt;
    }
}

namespace {

int bit(bool on, std::uint8_t value)
{
    return on ? value : 0;
}

} // namespace

std::uint8_t modem_state(const serial::ModemInputs& inputs)
{
    namespace bits = telnet::com_port::modem_state;
    return static_cast<std::uint8_t>(bit(inputs.cts, bits::cts) | bit(inputs.dsr, bits::dsr) |
                                     bit(inputs.ri, bits::ri) | bit(inputs.dcd, bits::dcd));
}

std::uint8_t modem_changes(std::uint8_t before, std::uint8_t now)
{
    namespace bits = telnet::com_port::modem_state;
    const int changed = before ^ now;
    int result = 0;
    if (changed & bits::cts) result |= bits::cts_changed;
    if (changed & bits::dsr) result |= bits::dsr_changed;
    if (changed & bits::dcd) result |= bits::dcd_changed;
    if (before & ~now & bits::ri) result |= bits::ri_ended; // the 16550 tells its end only
    return static_cast<std::uint8_t>(result);
}

std::uint8_t line_state(const serial::LineErrors& errors)
{
    namespace bits = telnet::com_port::line_state;
    return static_cast<std::uint8_t>(
        bit(errors.overrun, bits::overrun) | bit(errors.parity, bits::parity) |
        bit(errors.framing, bits::framing) | bit(errors.break_detected, bits::break_detected));
}

} // namespace bridged::com_port_values
