#pragma once

#include <string_view>

#include "portald/known.hpp"
#include "portald/request.hpp"

/// GET /api/slots/ID/events: a slot's boots and alerts, which loggerd keeps. No I/O.
namespace portald {

bool is_slot_events(std::string_view path);

Step slot_events(const Request& request, const Known& known);

} // namespace portald
