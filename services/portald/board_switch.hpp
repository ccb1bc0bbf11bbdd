#pragma once

#include "portald/known.hpp"
#include "portald/request.hpp"

/// The three requests that change something: hotplug, start, stop, as conversations with the
/// bus. No I/O.
namespace portald {

/// POST /api/hotplug, from this machine only: what a udev rule's script says.
Step hotplug(const Request& request, const Known& known);

/// POST /api/start: by slot_key and devnode as the old portal wanted it, or by "slot" (id or
/// label). Answers when the port listens, or when it is known that it will not.
Step start(const Request& request, const Known& known);

/// POST /api/stop: by slot_key or "slot".
Step stop(const Request& request, const Known& known);

} // namespace portald
