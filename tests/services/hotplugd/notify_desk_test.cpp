#include "hotplugd/notify_desk.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace {

using hotplugd::DeviceTable;

class NotifyDeskTest : public testing::Test {
protected:
    contract::DeviceNotifyAnswer tell(const std::string& action, const std::string& key,
                                      const std::string& devnode)
    {
        const auto result = desk.answer({action, key, devnode});
        if (const auto* refusal = std::get_if<contract::Error>(&result)) {
            ADD_FAILURE() << refusal->message;
            return {};
        }
        return std::get<contract::Json>(result).get<contract::DeviceNotifyAnswer>();
    }
    std::string refusal(const std::string& action, const std::string& key,
                        const std::string& devnode)
    {
        const auto result = desk.answer({action, key, devnode});
        const auto* error = std::get_if<contract::Error>(&result);
        return error == nullptr ? "accepted"
                                : std::string{to_string(error->code)} + ": " + error->message;
    }

    std::uint64_t seq = 0;
    std::vector<hotplugd::UdevEvent> sysfs; // what an enumeration finds
    DeviceTable table{[this](auto, auto& device) { device.seq = ++seq; }};
    hotplugd::DevnodePatterns patterns{{"/dev/ttyUSB*"}};
    hotplugd::NotifyDesk desk{table, patterns, [this] { table.replace(sysfs); }};
};

TEST_F(NotifyDeskTest, TakesWhatUdevDoesNotSeeOnTrust)
{
    EXPECT_EQ(tell("add", "usb-0:1.2:1.0", "/dev/ttyUSB0"),
              (contract::DeviceNotifyAnswer{"usb-0:1.2:1.0", 1, true}));
    EXPECT_EQ(tell("add", "usb-0:1.2:1.0", "/dev/ttyUSB0"),
              (contract::DeviceNotifyAnswer{"usb-0:1.2:1.0", 1, false}));
    EXPECT_EQ(tell("remove", "usb-0:1.2:1.0", ""),
              (contract::DeviceNotifyAnswer{"usb-0:1.2:1.0", 2, true}));
    EXPECT_EQ(tell("remove", "usb-0:1.2:1.0", "/dev/ttyUSB0"),
              (contract::DeviceNotifyAnswer{"usb-0:1.2:1.0", 2, false}));
}

TEST_F(NotifyDeskTest, DoesNotDoubleWhatUdevSees)
{
    sysfs = {{.action = "exists",
              .devnode = "/dev/ttyUSB0",
              .devpath = "/devices/x",
              .id_path = "usb-0:1.2:1.0",
              .enumerated = "1",
              .vid = {},
              .pid = {},
              .serial = {},
              .product = {},
              .manufacturer = {},
              .driver = {},
              .interface = {},
              .port = {},
              .links = {}}};
    EXPECT_EQ(tell("add", "/devices/x", "/dev/ttyUSB0"),
              (contract::DeviceNotifyAnswer{"usb-0:1.2:1.0", 1, true}))
        << "found by the look that the call caused, under udev's own key";
    EXPECT_EQ(tell("add", "/devices/x", "/dev/ttyUSB0"),
              (contract::DeviceNotifyAnswer{"usb-0:1.2:1.0", 1, false}));
    EXPECT_FALSE(tell("remove", "usb-0:1.2:1.0", "/dev/ttyUSB0").accepted) << "it is still there";
    EXPECT_EQ(table.size(), 1u);

    sysfs.clear();
    EXPECT_EQ(tell("remove", "usb-0:1.2:1.0", "/dev/ttyUSB0"),
              (contract::DeviceNotifyAnswer{"usb-0:1.2:1.0", 2, true}));
}

TEST_F(NotifyDeskTest, RefusesWithAText)
{
    EXPECT_EQ(refusal("add", "k", "/dev/sda"),
              "denied: device.notify: devnode matches none of hotplug.devnodes (/dev/ttyUSB*)");
    EXPECT_EQ(refusal("remove", "k", "/dev/ttyUSB0/../sda"),
              "denied: device.notify: devnode matches none of hotplug.devnodes (/dev/ttyUSB*)");
    EXPECT_EQ(refusal("add", "k", ""), "bad_request: device.notify: devnode is empty");
    EXPECT_EQ(refusal("add", "", "/dev/ttyUSB0"), "bad_request: device.notify: slot_key is empty");
    EXPECT_EQ(refusal("change", "k", "/dev/ttyUSB0"),
              "bad_request: device.notify: action is neither \"add\" nor \"remove\"");
    const auto not_plain =
        "bad_request: device.notify: slot_key is over 256 bytes or not plain text";
    EXPECT_EQ(refusal("add", "a\nb", "/dev/ttyUSB0"), not_plain);
    EXPECT_EQ(refusal("add", std::string(257, 'k'), "/dev/ttyUSB0"), not_plain);
    EXPECT_EQ(table.size(), 0u);
}

TEST_F(NotifyDeskTest, IsBounded)
{
    for (std::size_t i = 0; i < DeviceTable::most_claims; ++i)
        tell("add", "key" + std::to_string(i), "/dev/ttyUSB" + std::to_string(i));
    EXPECT_EQ(refusal("add", "more", "/dev/ttyUSB9999"),
              "busy: device.notify: too many devices that only device.notify knows");
}

} // namespace
