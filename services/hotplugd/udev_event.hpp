#pragma once

#include <string>
#include <vector>

namespace hotplugd {

/// What udev says about one tty, word for word: nothing is checked, bounded or decided
/// yet. describe() does that.
struct UdevEvent {
    std::string action;     ///< "add", "remove", "change" …; "exists" from an enumeration
    std::string devnode;    ///< DEVNAME
    std::string devpath;    ///< DEVPATH
    std::string id_path;    ///< ID_PATH; "" where no udevd runs
    std::string enumerated; ///< differs between two enumerations of the same connector; "" unknown
    std::string vid, pid, serial, product, manufacturer, driver, interface;
    std::string port; ///< which of its interface's ttys, from "0"; "" unknown, and on removal
    std::vector<std::string> links; ///< DEVLINKS: what udevd makes lead here
};

} // namespace hotplugd
