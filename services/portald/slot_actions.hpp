#pragma once

#include <string_view>

#include "portald/known.hpp"
#include "portald/request.hpp"

/// POST /api/slots/ID/ACTION: what a person or a script does with a slot, by bridged's verbs.
/// No I/O.
namespace portald {

/// "/api/slots/ESP32 A/reset", decoded; of an action that there is.
bool is_slot_action(std::string_view path);

Step act_on_slot(const Request& request, const Known& known);

} // namespace portald
