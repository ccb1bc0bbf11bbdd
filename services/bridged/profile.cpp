#include "bridged/profile.hpp"

#include <array>

namespace bridged {

namespace {

using namespace std::chrono_literals;
using serial::LineChange;

constexpr LineChange both_off{.dtr = false, .rts = false};
constexpr LineChange only_dtr{.dtr = true, .rts = false};
constexpr LineChange only_rts{.dtr = false, .rts = true};
constexpr LineChange both_on{.dtr = true, .rts = true};

// EN's capacitor delays its rise, on some boards by 120 ms, and IO0 counts then.
constexpr std::array bridge_reset{LineStep{only_rts, 100ms}, LineStep{both_off}};
constexpr std::array bridge_bootloader{LineStep{only_rts, 100ms}, LineStep{only_dtr, 500ms},
                                       LineStep{both_off}};
// Both off first: it takes back a bootloader flag that somebody left. Through both on, and
// not both off, since that would take back the flag that is wanted.
constexpr std::array jtag_reset{LineStep{both_off, 100ms}, LineStep{only_rts, 100ms},
                                LineStep{both_off}};
constexpr std::array jtag_bootloader{LineStep{both_off, 100ms}, LineStep{only_dtr, 100ms},
                                     LineStep{both_on}, LineStep{only_rts, 100ms},
                                     LineStep{both_off}};
// What an Arduino resets on is DTR's edge.
constexpr std::array plain_reset{LineStep{both_off, 250ms}, LineStep{both_on}};

/// On ESP boards idle is both off, or the board stands still. Other boards get what a local
/// open gives them; many stay silent without DTR.
constexpr Profile esp_bridge{"esp-bridge", Circuit::two_transistors, both_off, bridge_reset,
                             bridge_bootloader};
constexpr Profile esp_usb_jtag{"esp-usb-jtag", Circuit::usb_serial_jtag, both_off, jtag_reset,
                               jtag_bootloader};
constexpr Profile plain{"plain", Circuit::direct, both_on, plain_reset, {}};

struct Known {
    std::string_view vid, pid;
    const Profile& profile;
};

constexpr std::array known{
    Known{"303a", "1001", esp_usb_jtag}, // ESP32-C3, -S3, -C6 … USB-Serial-JTAG
    Known{"10c4", "ea60", esp_bridge},   // CP2102, CP2104
    Known{"10c4", "ea70", esp_bridge},   // CP2105
    Known{"1a86", "7523", esp_bridge},   // CH340
    Known{"1a86", "7522", esp_bridge},   // CH340K
    Known{"1a86", "55d3", esp_bridge},   // CH343
    Known{"1a86", "55d4", esp_bridge},   // CH9102
    Known{"0403", "6001", esp_bridge},   // FT232R
    Known{"0403", "6010", esp_bridge},   // FT2232H: ESP-Prog, Wrover kit
    Known{"0403", "6015", esp_bridge},   // FT231X
};

constexpr std::array all{&esp_bridge, &esp_usb_jtag, &plain};

} // namespace

const Profile& profile_of(const std::optional<std::string>& chosen,
                          const std::optional<contract::Device>& device)
{
    if (chosen) {
        for (const auto* profile : all)
            if (profile->name == *chosen) return *profile;
    }
    if (device) {
        for (const auto& entry : known)
            if (entry.vid == device->vid && entry.pid == device->pid) return entry.profile;
    }
    return plain;
}

} // namespace bridged
