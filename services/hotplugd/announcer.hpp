#pragma once

#include "bus/publisher.hpp"
#include "contract/messages.hpp"
#include "hotplugd/device_table.hpp"

namespace hotplugd {

/// Puts changes of the table on the bus and in the log.
class Announcer {
public:
    explicit Announcer(bus::Publisher& events) : events_(events) {}

    /// Fills in seq and time; the seq is that of the event itself.
    void announce(DeviceTable::Change change, contract::Device& device);

    contract::HotplugSnapshot snapshot(const DeviceTable& table);
    /// For heartbeats: {"devices": how many there are, "events": announced since the start}.
    contract::Json counters(const DeviceTable& table);

private:
    bus::Publisher& events_;
};

} // namespace hotplugd
