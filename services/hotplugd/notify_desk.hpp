#pragma once

#include <functional>
#include <optional>

#include "contract/envelope.hpp"
#include "contract/verbs.hpp"
#include "hotplugd/device_table.hpp"
#include "hotplugd/devnode_patterns.hpp"

namespace hotplugd {

/// Answers device.notify: somebody (a udev rule, through POST /api/hotplug) says that a device
/// came or went. sysfs is asked as well, so what udev sees is never doubled and what
/// is still there is not removed; only what it does not know is taken on trust.
class NotifyDesk {
public:
    /// @param look  makes the table hear udev's present truth (DeviceTable::replace)
    NotifyDesk(DeviceTable& table, const DevnodePatterns& devnodes, std::function<void()> look);

    /// The answer, or: bad_request for what cannot be meant, denied for a devnode that
    /// matches no pattern, busy when too many are on trust already.
    contract::Result answer(const contract::DeviceNotify& notice);

private:
    std::optional<contract::Error> fault_of(const contract::DeviceNotify& notice) const;

    DeviceTable& table_;
    const DevnodePatterns& devnodes_;
    std::function<void()> look_;
};

} // namespace hotplugd
