#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "contract/messages.hpp"
#include "serial/settings.hpp"

namespace bridged {

/// What DTR and RTS lead to on the board.
enum class Circuit {
    direct,          ///< wires, or nobody knows
    two_transistors, ///< ESP boards with a UART chip: RTS alone pulls EN, DTR alone pulls IO0
    usb_serial_jtag, ///< inside the ESP32-C3, -S3 …: RTS without DTR resets, DTR without RTS
                     ///< makes that reset one into the bootloader
};

/// One change of DTR and RTS, and the time until the next one.
struct LineStep {
    serial::LineChange lines;
    std::chrono::milliseconds pause{0};

    bool operator==(const LineStep&) const = default;
};

/// How a kind of board wants to be treated.
struct Profile {
    std::string_view name;
    Circuit circuit;
    serial::LineChange idle_lines; ///< while nobody says otherwise; both are always given
    std::span<const LineStep> reset;
    std::span<const LineStep> bootloader; ///< a reset into it; empty where there is none
};

/// @param chosen  slots.json's "profile"; else the device's VID:PID decides, else plain
const Profile& profile_of(const std::optional<std::string>& chosen,
                          const std::optional<contract::Device>& device);

} // namespace bridged
