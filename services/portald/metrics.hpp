#pragma once

#include <cstdint>
#include <string>

#include "portald/known.hpp"

namespace portald {

/// What only the portal itself knows.
struct PortalNumbers {
    std::size_t pages = 0; ///< and streams
    std::size_t followed_consoles = 0;
    std::size_t feed_queue_bytes = 0;
    std::uint64_t alerts_waiting = 0;
};

/// GET /metrics, in Prometheus' text format (docs/web-api.md). No I/O.
std::string metrics_text(const Known& known, const PortalNumbers& numbers);

} // namespace portald
