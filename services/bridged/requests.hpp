#pragma once

#include "bridged/bridge.hpp"
#include "bus/responder.hpp"

namespace bridged {

/// The verbs of bridged (docs/bus.md), wired to the bridge; both live until io.run() has
/// returned.
void serve_requests(bus::Responder& responder, Bridge& bridge);

} // namespace bridged
