#pragma once

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "hotplugd/device_table.hpp"

namespace hotplugd_tests {

using hotplugd::DeviceTable;
using hotplugd::UdevEvent;

inline const std::string port_2 = "pci-0000:00:04.0-usb-0:1.2:1.0";
inline const std::string port_3 = "pci-0000:00:04.0-usb-0:1.3:1.0";

inline UdevEvent cp2102(std::string action, std::string devnode, std::string id_path,
                        std::string enumerated)
{
    UdevEvent event;
    event.action = std::move(action);
    event.devpath = "/devices/usb1/1-1" + devnode.substr(4);
    event.devnode = std::move(devnode);
    event.id_path = std::move(id_path);
    event.enumerated = std::move(enumerated);
    event.vid = "10c4";
    event.pid = "ea60";
    return event;
}

/// The table with a diary of what it announced: "+ slot_key devnode".
class DeviceTableTest : public testing::Test {
protected:
    std::vector<std::string> said() { return std::exchange(diary_, {}); }
    std::vector<std::string> listed() const
    {
        std::vector<std::string> all;
        for (const auto& device : table.devices())
            all.push_back(device.slot_key + " " + device.devnode);
        return all;
    }
    static std::string plus(const std::string& key, const std::string& devnode)
    {
        return "+ " + key + " " + devnode;
    }
    static std::string minus(const std::string& key, const std::string& devnode)
    {
        return "- " + key + " " + devnode;
    }

private:
    std::vector<std::string> diary_;
    std::uint64_t seq_ = 0;

protected:
    DeviceTable table{[this](auto change, auto& device) {
        device.seq = ++seq_;
        const auto* sign = change == DeviceTable::Change::added ? "+ " : "- ";
        diary_.push_back(sign + device.slot_key + " " + device.devnode);
    }};
};

} // namespace hotplugd_tests
