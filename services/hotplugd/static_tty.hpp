#pragma once

#include <string>

namespace hotplugd {

/// A tty that slots.json names by its path ("devnode"), there or not.
struct StaticTty {
    std::string path;     ///< verbatim: the slot's key
    std::string node;     ///< where it leads, symlinks followed; "" while it leads to no tty
    std::string identity; ///< changes when it comes to lead to another tty; "" while absent

    bool operator==(const StaticTty&) const = default;
};

} // namespace hotplugd
