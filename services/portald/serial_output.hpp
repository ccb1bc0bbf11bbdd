#pragma once

#include "portald/known.hpp"
#include "portald/request.hpp"

/// The two requests that answer with what a board says, as conversations with the bus. Whatever
/// a slot is to blame for is 200 with "ok": false, as it was in the old portal. No I/O.
namespace portald {

/// POST /api/serial/reset: resets the board, and answers with its first lines.
Step serial_reset(const Request& request, const Known& known);

/// POST /api/serial/monitor: waits for a pattern in what the board says, or just collects that.
Step serial_monitor(const Request& request, const Known& known);

} // namespace portald
