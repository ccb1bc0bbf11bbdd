#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "services/hotplugd/device_table_fixture.hpp"

namespace hotplugd_tests {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// udev, static ttys and device.notify speak of the same devices.
class DeviceWitnessesTest : public DeviceTableTest {};

TEST_F(DeviceWitnessesTest, ADeviceThatAStaticTtyLeadsToIsListedUnderThatPathAlone)
{
    table.set_static({{"/dev/serial0", "/dev/ttyUSB0", "a"}});
    said();
    table.apply(cp2102("add", "/dev/ttyUSB0", port_2, "1"));
    EXPECT_THAT(listed(), ElementsAre("/dev/serial0 /dev/serial0"));
    EXPECT_EQ(table.devices().at(0).vid, "10c4");
    said();

    // the path goes first, udev's word comes after: the ID_PATH must not show in between
    table.set_static({{"/dev/serial0", "", ""}});
    table.apply(cp2102("remove", "/dev/ttyUSB0", port_2, "1"));
    EXPECT_THAT(said(), ElementsAre(minus("/dev/serial0", "/dev/serial0")));
}

TEST_F(DeviceWitnessesTest, ADeviceWhoseStaticTtyIsGoneAgainBeforeWeLookIsNotListedByItsConnector)
{
    table.set_static({{"/dev/serial/by-id/x", "", ""}}); // as it is when the events are read
    auto event = cp2102("add", "/dev/ttyUSB0", port_2, "1000");
    event.links = {"/dev/serial/by-path/y", "/dev/serial/by-id/x"};
    table.apply(event);
    EXPECT_THAT(said(), IsEmpty());
    table.apply(cp2102("remove", "/dev/ttyUSB0", port_2, "1000"));
    EXPECT_THAT(said(), IsEmpty());
}

TEST_F(DeviceWitnessesTest, OfTwoWithTheSameSymlinkTheOtherIsListedByItsConnector)
{
    table.set_static({{"/dev/serial/by-id/x", "/dev/ttyUSB1", "a"}});
    said();
    for (const auto& [devnode, key] :
         {std::pair{"/dev/ttyUSB0", port_2}, std::pair{"/dev/ttyUSB1", port_3}}) {
        auto event = cp2102("add", devnode, key, "1000");
        event.links = {"/dev/serial/by-id/x"};
        table.apply(event);
    }
    EXPECT_THAT(listed(),
                ElementsAre("/dev/serial/by-id/x /dev/serial/by-id/x", port_2 + " /dev/ttyUSB0"));
}

TEST_F(DeviceWitnessesTest, ADeviceIsListedByItsConnectorAgainWhenItsStaticTtyLeavesTheFile)
{
    table.set_static({{"/dev/serial0", "/dev/ttyUSB0", "a"}});
    table.apply(cp2102("add", "/dev/ttyUSB0", port_2, "1"));
    said();
    table.set_static({});
    EXPECT_THAT(said(),
                ElementsAre(minus("/dev/serial0", "/dev/serial0"), plus(port_2, "/dev/ttyUSB0")));
}

TEST_F(DeviceWitnessesTest, AStaticTtyThatLeadsElsewhereIsRemovedAndAdded)
{
    table.set_static({{"/tmp/sim-a", "/dev/pts/5", "a"}});
    said();
    table.set_static({{"/tmp/sim-a", "/dev/pts/5", "b"}});
    EXPECT_THAT(said(),
                ElementsAre(minus("/tmp/sim-a", "/tmp/sim-a"), plus("/tmp/sim-a", "/tmp/sim-a")));
}

TEST_F(DeviceWitnessesTest, AClaimNamesWhatUdevDoesNotSee)
{
    ASSERT_TRUE(table.claim(port_2, "/dev/ttyUSB0"));
    table.replace({});
    EXPECT_THAT(said(), ElementsAre(plus(port_2, "/dev/ttyUSB0")));

    table.unclaim(port_2, "/dev/ttyUSB9"); // late, of an older devnode
    table.replace({});
    EXPECT_THAT(said(), IsEmpty());

    table.unclaim(port_2, "");
    table.replace({});
    EXPECT_THAT(said(), ElementsAre(minus(port_2, "/dev/ttyUSB0")));
}

TEST_F(DeviceWitnessesTest, AClaimGivesTheConnectorToWhatSysfsAloneSees)
{
    table.replace({cp2102("exists", "/dev/ttyUSB0", "", "1-7")});
    said();
    ASSERT_TRUE(table.claim(port_2, "/dev/ttyUSB0"));
    table.replace({cp2102("exists", "/dev/ttyUSB0", "", "1-7")});
    EXPECT_THAT(listed(), ElementsAre(port_2 + " /dev/ttyUSB0"));
    EXPECT_EQ(table.devices().at(0).vid, "10c4");

    table.unclaim(port_2, "/dev/ttyUSB0"); // late: sysfs still has it
    table.replace({cp2102("exists", "/dev/ttyUSB0", "", "1-7")});
    EXPECT_THAT(listed(), ElementsAre(port_2 + " /dev/ttyUSB0"));

    table.replace({});
    EXPECT_THAT(listed(), IsEmpty());
}

TEST_F(DeviceWitnessesTest, AClaimDoesNotDoubleOrRenameWhatUdevSees)
{
    table.apply(cp2102("add", "/dev/ttyUSB0", port_2, "1"));
    said();
    ASSERT_TRUE(table.claim("elsewhere", "/dev/ttyUSB0"));
    table.replace({cp2102("exists", "/dev/ttyUSB0", port_2, "1")});
    EXPECT_THAT(said(), IsEmpty());
}

TEST_F(DeviceWitnessesTest, ANewClaimOfAConnectorEndsTheOldOne)
{
    ASSERT_TRUE(table.claim(port_2, "/dev/ttyUSB0"));
    ASSERT_TRUE(table.claim(port_2, "/dev/ttyUSB1"));
    table.replace({});
    said();
    table.unclaim(port_2, "/dev/ttyUSB1");
    table.replace({});
    EXPECT_THAT(said(), ElementsAre(minus(port_2, "/dev/ttyUSB1")));
}

TEST_F(DeviceWitnessesTest, ClaimsAreBounded)
{
    for (std::size_t i = 0; i < DeviceTable::most_claims; ++i) {
        const auto number = std::to_string(i);
        ASSERT_TRUE(table.claim("key" + number, "/dev/ttyUSB" + number));
    }
    EXPECT_FALSE(table.claim("one", "/dev/ttyUSBmore"));
    EXPECT_TRUE(table.claim("another", "/dev/ttyUSB7")) << "one that is there already";
}

} // namespace
} // namespace hotplugd_tests
