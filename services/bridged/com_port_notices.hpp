#pragma once

#include <cstdint>

#include "bridged/send_queue.hpp"
#include "bridged/serial_line.hpp"
#include "telnet/com_port.hpp"

namespace bridged {

/// What a client is told without asking (RFC 2217, NOTIFY-LINESTATE, NOTIFY-MODEMSTATE,
/// FLOWCONTROL): nothing before it has agreed to the option, and then what its masks let through.
class ComPortNotices {
public:
    ComPortNotices(const SerialLine& line, SendQueue& out) : line_(line), out_(out) {}

    void agreed(); ///< the option is on: the first modem state goes out
    void inputs_changed();
    void line_errors(const serial::LineErrors& errors);
    /// The client's data has to wait, or need not any more; told once each.
    void line_full(bool full);

    void modem_state() const; ///< the present one, asked for
    void mask_line_state(std::uint8_t mask) { line_mask_ = mask; }
    void mask_modem_state(std::uint8_t mask) { modem_mask_ = mask; }

private:
    void tell(telnet::com_port::Code code, std::uint8_t value) const;
    std::uint8_t inputs() const;

    const SerialLine& line_;
    SendQueue& out_;
    bool agreed_ = false;
    bool full_ = false;
    std::uint8_t line_mask_ = 0; ///< RFC 2217: both as they are at first
    std::uint8_t modem_mask_ = 255;
    std::uint8_t last_inputs_ = 0;
};

} // namespace bridged
