#pragma once

#include <string_view>

#include "portald/known.hpp"
#include "portald/request.hpp"

/// Which connector is which port, changed over HTTP: conversations with bridged, which alone writes
/// slots.json. No I/O.
namespace portald {

inline constexpr std::string_view slots_path = "/api/slots";

/// "/api/slots/ID", with something in the place of ID.
bool names_a_slot(std::string_view path);

/// POST /api/slots: the members of slot.assign. The slot that was made or changed.
Step assign_slot(const Request& request, const Known& known);

/// DELETE /api/slots/ID, id or label, with {"force", "owner"} as its body or none.
Step unassign_slot(const Request& request, const Known& known);

} // namespace portald
