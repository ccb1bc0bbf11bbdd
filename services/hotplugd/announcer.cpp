#include "hotplugd/announcer.hpp"

#include <string>

#include "contract/names.hpp"
#include "daemonkit/log.hpp"

namespace hotplugd {

namespace {

std::string model_of(const contract::Device& device)
{
    std::string text;
    if (!device.vid.empty()) text += " " + device.vid + ":" + device.pid;
    if (!device.product.empty()) text += " " + device.product;
    if (!device.serial.empty()) text += ", serial " + device.serial;
    return text;
}

} // namespace

void Announcer::announce(DeviceTable::Change change, contract::Device& device)
{
    const bool is_added = change == DeviceTable::Change::added;
    device.seq = events_.last(contract::streams::state).seq + 1;
    device.time = contract::wall_now();
    events_.publish(contract::streams::state,
                    is_added ? contract::topics::device_added : contract::topics::device_removed,
                    device);
    daemonkit::slot_log({}, device.devnode)
        ->info("[{}] {} {}{}", device.slot_key, is_added ? "added" : "removed", device.devnode,
               model_of(device));
}

contract::HotplugSnapshot Announcer::snapshot(const DeviceTable& table)
{
    return {events_.last(contract::streams::state), table.devices()};
}

contract::Json Announcer::counters(const DeviceTable& table)
{
    return {{"devices", table.size()}, {"events", events_.last(contract::streams::state).seq}};
}

} // namespace hotplugd
