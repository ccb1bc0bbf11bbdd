#include "bridged/profile.hpp"

#include <array>

namespace bridged {

namespace {

/// On ESP boards DTR and RTS are IO0 and EN: idle is both off, or the board stands
/// still. Other boards get what a local open gives them; many stay silent without DTR.
constexpr Profile esp_bridge{"esp-bridge", {.dtr = false, .rts = false}};
constexpr Profile esp_usb_jtag{"esp-usb-jtag", {.dtr = false, .rts = false}};
constexpr Profile plain{"plain", {.dtr = true, .rts = true}};

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
