#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "portald/known.hpp"

namespace portald {

/// What DNS-SD tells of a port of ours.
struct MdnsService {
    std::string type; ///< "_rfc2217._tcp"
    std::uint16_t port = 0;
    std::vector<std::string> txt; ///< "key=value", each at most 255 bytes
    bool operator==(const MdnsService&) const = default;
};

/// By their names, which are at most 63 bytes: "ESP32-A on bench-pi".
using MdnsServices = std::map<std::string, MdnsService>;

/// One for each slot, with slot, board and state, and one for the portal. While bridged is down,
/// its ports are not there. No I/O.
MdnsServices mdns_services(const Known& known, const std::string& hostname,
                           std::uint16_t portal_port, bool https);

} // namespace portald
