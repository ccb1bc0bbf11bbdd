#pragma once

#include <string>

#include "contract/messages.hpp"

namespace commandkit {

/// "CP2102 USB to UART Bridge Controller", escaped for a terminal: what the device says it is,
/// as far as it says anything.
std::string model_of(const contract::Device& device);

/// Model, "(10c4:ea60)" and ", serial 0001", as far as there are any; escaped.
std::string device_text(const contract::Device& device);

} // namespace commandkit
