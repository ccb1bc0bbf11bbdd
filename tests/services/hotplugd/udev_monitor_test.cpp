#include "hotplugd/udev_monitor.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace {

using hotplugd::UdevEvent;

// What sysfs holds is the machine's, and a container may have none of it; so the claims are
// about the shape of the answer. Real devices: tests/vm.
TEST(UdevMonitor, AnEnumerationHandsOverAllThatIsWantedAtOnce)
{
    asio::io_context io{1};
    std::vector<std::vector<UdevEvent>> enumerations;
    hotplugd::UdevMonitor udev{
        io,
        {.is_wanted = [](const std::string& devnode) { return devnode.starts_with("/dev/tty"); },
         .events = [](const auto&) {},
         .all = [&](const auto& all) { enumerations.push_back(all); }}};
    udev.enumerate();

    ASSERT_EQ(enumerations.size(), 1u);
    for (const auto& event : enumerations[0]) {
        EXPECT_EQ(event.action, "exists");
        EXPECT_TRUE(event.devnode.starts_with("/dev/tty")) << event.devnode;
        EXPECT_TRUE(event.devpath.starts_with("/devices/")) << event.devpath;
    }
}

TEST(UdevMonitor, ReadsNothingThatIsNotWanted)
{
    asio::io_context io{1};
    hotplugd::UdevMonitor udev{io,
                               {.is_wanted = [](const std::string&) { return false; },
                                .events = [](const auto&) {},
                                .all = [](const auto& all) { EXPECT_TRUE(all.empty()); }}};
    udev.enumerate();
}

} // namespace
