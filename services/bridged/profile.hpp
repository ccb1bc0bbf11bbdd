#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "contract/messages.hpp"
#include "serial/settings.hpp"

namespace bridged {

/// How a kind of board wants to be treated.
struct Profile {
    std::string_view name;
    serial::LineChange idle_lines; ///< while nobody says otherwise; both are always given
};

/// @param chosen  slots.json's "profile"; else the device's VID:PID decides, else plain
const Profile& profile_of(const std::optional<std::string>& chosen,
                          const std::optional<contract::Device>& device);

} // namespace bridged
