#pragma once

#include "daemonkit/settings.hpp"
#include "hotplugd/devnode_patterns.hpp"

namespace hotplugd {

/// settings.json, section "hotplug".
struct Config {
    /// "devnodes": which ttys are ours to announce, and the only ones that
    /// device.notify may name. Shell patterns; '*' does not cross a '/'.
    DevnodePatterns devnodes{{"/dev/ttyUSB*", "/dev/ttyACM*"}};
};

/// @throws contract::BadMessage "settings.json: hotplug: <key>: <fault>"
Config load_config(const daemonkit::Settings& settings);

} // namespace hotplugd
