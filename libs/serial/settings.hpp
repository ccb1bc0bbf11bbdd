#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace serial {

enum class Parity : std::uint8_t { none, odd, even, mark, space };
enum class StopBits : std::uint8_t {
    one,
    two,
    one_and_half
}; ///< 1.5 only with 5 data bits; Linux has CSTOPB for both
enum class FlowControl : std::uint8_t { none, xon_xoff, hardware };

/// What termios holds of a tty.
struct Settings {
    std::uint32_t baud = 115200; ///< 1 … 2^31-1; any rate, not only the Bxxx table
    std::uint8_t data_bits = 8;  ///< 5 … 8
    Parity parity = Parity::none;
    StopBits stop_bits = StopBits::one;
    FlowControl flow = FlowControl::none;

    bool operator==(const Settings&) const = default;
};

/// As in logs and on the bus: N O E M S, 1 2 1.5, none xonxoff hardware.
std::string_view to_string(Parity parity);
std::string_view to_string(StopBits stop_bits);
std::string_view to_string(FlowControl flow);

/// A change of outputs; what is absent stays. Both are set by one ioctl.
struct LineChange {
    std::optional<bool> dtr;
    std::optional<bool> rts;

    bool operator==(const LineChange&) const = default;
};

/// TIOCMGET's inputs.
struct ModemInputs {
    bool cts = false, dsr = false, ri = false, dcd = false;

    bool operator==(const ModemInputs&) const = default;
};

/// What a UART found wrong with what it received: the errors among the bits of RFC 2217's
/// NOTIFY-LINESTATE (section 3), which are those of the 16550's LSR.
struct LineErrors {
    bool overrun = false, parity = false, framing = false, break_detected = false;

    bool operator==(const LineErrors&) const = default;
};

/// TIOCGICOUNT's counters of them (struct serial_icounter_struct), since the device came. They
/// wrap. The kernel's own buffer running over counts as an overrun, too.
struct ErrorCounts {
    std::uint32_t overruns = 0, parity = 0, framing = 0, breaks = 0;
};

} // namespace serial
