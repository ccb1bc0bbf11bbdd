#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "services/hotplugd/device_table_fixture.hpp"

namespace hotplugd_tests {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST_F(DeviceTableTest, AnnouncesWhatComesAndGoes)
{
    table.apply(cp2102("add", "/dev/ttyUSB0", port_2, "1"));
    EXPECT_THAT(said(), ElementsAre(plus(port_2, "/dev/ttyUSB0")));
    EXPECT_EQ(table.devices().at(0).vid, "10c4");
    EXPECT_EQ(table.devices().at(0).seq, 1u);

    table.apply(cp2102("remove", "/dev/ttyUSB0", port_2, "1"));
    EXPECT_THAT(said(), ElementsAre(minus(port_2, "/dev/ttyUSB0")));
    EXPECT_EQ(table.size(), 0u);
    EXPECT_EQ(table.last_seq(port_2), 2u);
}

TEST_F(DeviceTableTest, IgnoresDuplicates)
{
    table.apply(cp2102("add", "/dev/ttyUSB0", port_2, "1"));
    said();
    table.apply(cp2102("add", "/dev/ttyUSB0", port_2, "1"));
    table.apply(cp2102("change", "/dev/ttyUSB0", port_2, "1"));
    table.replace({cp2102("exists", "/dev/ttyUSB0", port_2, "1")});
    EXPECT_THAT(said(), IsEmpty());

    table.apply(cp2102("remove", "/dev/ttyUSB0", port_2, "1"));
    said();
    table.apply(cp2102("remove", "/dev/ttyUSB0", port_2, "1"));
    EXPECT_THAT(said(), IsEmpty());
}

TEST_F(DeviceTableTest, ReadsNothingIntoOtherActions)
{
    for (const auto* action : {"bind", "unbind", "offline", "move", ""})
        table.apply(cp2102(action, "/dev/ttyUSB0", port_2, "1"));
    EXPECT_THAT(said(), IsEmpty());
}

TEST_F(DeviceTableTest, AnotherDevnodeOfTheSameConnectorIsRemovedAndAdded)
{
    table.apply(cp2102("add", "/dev/ttyUSB0", port_2, "1"));
    said();
    table.apply(cp2102("add", "/dev/ttyUSB5", port_2, "2"));
    EXPECT_THAT(said(), ElementsAre(minus(port_2, "/dev/ttyUSB0"), plus(port_2, "/dev/ttyUSB5")));
}

TEST_F(DeviceTableTest, AnAddWinsOverALateRemoveOfTheOldDevnode)
{
    table.apply(cp2102("add", "/dev/ttyUSB0", port_2, "1"));
    table.apply(cp2102("add", "/dev/ttyUSB1", port_2, "2"));
    said();
    table.apply(cp2102("remove", "/dev/ttyUSB0", port_2, "1"));
    EXPECT_THAT(said(), IsEmpty());
    EXPECT_THAT(listed(), ElementsAre(port_2 + " /dev/ttyUSB1"));
}

TEST_F(DeviceTableTest, AnAddWinsOverALateRemoveOfTheSameDevnode)
{
    table.apply(cp2102("add", "/dev/ttyUSB0", port_2, "1"));
    table.apply(cp2102("add", "/dev/ttyUSB0", port_2, "2"));
    said();
    table.apply(cp2102("remove", "/dev/ttyUSB0", port_2, "1"));
    EXPECT_THAT(said(), IsEmpty());
    EXPECT_THAT(listed(), ElementsAre(port_2 + " /dev/ttyUSB0"));
}

TEST_F(DeviceTableTest, AnAddThatAnEnumerationOvertookChangesNothing)
{
    table.replace({cp2102("exists", "/dev/ttyUSB0", port_2, "300")});
    said();
    table.apply(cp2102("add", "/dev/ttyUSB0", port_3, "100"));
    table.apply(cp2102("remove", "/dev/ttyUSB0", port_3, "100"));
    table.apply(cp2102("add", "/dev/ttyUSB0", port_2, "300"));
    EXPECT_THAT(said(), IsEmpty());

    table.apply(cp2102("add", "/dev/ttyUSB1", port_2, "200")); // it was ttyUSB1 before that
    table.apply(cp2102("remove", "/dev/ttyUSB1", port_2, "200"));
    EXPECT_THAT(said(), IsEmpty());
    EXPECT_THAT(listed(), ElementsAre(port_2 + " /dev/ttyUSB0"));
}

TEST_F(DeviceTableTest, TheRemovalOfALaterEnumerationTellsThatTheEarlierWentToo)
{
    table.apply(cp2102("add", "/dev/ttyUSB0", port_2, "100"));
    said();
    table.apply(cp2102("remove", "/dev/ttyUSB0", port_3, "200")); // the rest was lost
    EXPECT_THAT(said(), ElementsAre(minus(port_2, "/dev/ttyUSB0")));
}

TEST_F(DeviceTableTest, ThePortsOfOneInterfaceAreSlotsOfTheirOwnThatGoWithTheirTty)
{
    auto second = cp2102("add", "/dev/ttyUSB1", port_2, "1001");
    second.port = "1";
    table.apply(cp2102("add", "/dev/ttyUSB0", port_2, "1000"));
    table.apply(second);
    EXPECT_THAT(listed(), ElementsAre(port_2 + " /dev/ttyUSB0", port_2 + "-port1 /dev/ttyUSB1"));
    said();
    second.port.clear(); // sysfs is gone
    table.apply(second);
    EXPECT_THAT(said(), IsEmpty()) << "an event of the same enumeration";
    table.apply(cp2102("remove", "/dev/ttyUSB1", port_2, "1001"));
    EXPECT_THAT(said(), ElementsAre(minus(port_2 + "-port1", "/dev/ttyUSB1")));
}

TEST_F(DeviceTableTest, ASwapWithoutRemovesPutsEachDevnodeAtItsNewConnector)
{
    table.apply(cp2102("add", "/dev/ttyUSB0", port_2, "1"));
    table.apply(cp2102("add", "/dev/ttyUSB1", port_3, "2"));
    said();
    table.replace({cp2102("exists", "/dev/ttyUSB0", port_3, "3"),
                   cp2102("exists", "/dev/ttyUSB1", port_2, "4")});
    EXPECT_THAT(said(), ElementsAre(minus(port_2, "/dev/ttyUSB0"), minus(port_3, "/dev/ttyUSB1"),
                                    plus(port_2, "/dev/ttyUSB1"), plus(port_3, "/dev/ttyUSB0")));
}

TEST_F(DeviceTableTest, AnEnumerationFindsWhatWasMissed)
{
    table.apply(cp2102("add", "/dev/ttyUSB0", port_2, "1"));
    table.apply(cp2102("add", "/dev/ttyUSB1", port_3, "2"));
    said();
    // one was replugged unseen, the other went unseen
    table.replace({cp2102("exists", "/dev/ttyUSB0", port_2, "3")});
    EXPECT_THAT(said(), ElementsAre(minus(port_2, "/dev/ttyUSB0"), minus(port_3, "/dev/ttyUSB1"),
                                    plus(port_2, "/dev/ttyUSB0")));
}

TEST_F(DeviceTableTest, AStormEndsInTheLastTruth)
{
    for (int round = 0; round < 1000; ++round) {
        const auto token = std::to_string(round);
        table.apply(cp2102("add", "/dev/ttyUSB0", port_2, token));
        table.apply(cp2102("remove", "/dev/ttyUSB0", port_2, token));
    }
    table.apply(cp2102("add", "/dev/ttyUSB0", port_2, "last"));
    EXPECT_EQ(said().size(), 2001u);
    EXPECT_THAT(listed(), ElementsAre(port_2 + " /dev/ttyUSB0"));
}

TEST_F(DeviceTableTest, ATtyWhoseIdPathWasCutOffWhileItVanishedIsNoConnector)
{
    table.apply(cp2102("add", "/dev/ttyUSB0", "pci-0000:00:04.0-usb-0:1", "100"));
    EXPECT_EQ(said(), std::vector<std::string>{});
    table.apply(cp2102("add", "/dev/ttyUSB0", port_2, ""));
    table.apply(cp2102("remove", "/dev/ttyUSB0", "pci-0000:00:04.0-usb-0:1", ""));
    EXPECT_EQ(said(), (std::vector{plus(port_2, "/dev/ttyUSB0"), minus(port_2, "/dev/ttyUSB0")}))
        << "that of a remove says nothing either";
}

TEST_F(DeviceTableTest, WithoutIdPathTheDevpathIsTheKey)
{
    table.apply(cp2102("add", "/dev/ttyUSB0", "", "1-7"));
    EXPECT_THAT(listed(), ElementsAre("/devices/usb1/1-1/ttyUSB0 /dev/ttyUSB0"));
}

TEST_F(DeviceTableTest, RememberedSeqsAreBounded)
{
    for (std::size_t i = 0; i < DeviceTable::most_remembered + 10; ++i) {
        const auto key = "key" + std::to_string(i);
        table.apply(cp2102("add", "/dev/ttyUSB0", key, "1"));
        table.apply(cp2102("remove", "/dev/ttyUSB0", key, "1"));
    }
    EXPECT_EQ(table.last_seq("key0"), 0u);
    EXPECT_EQ(table.last_seq("key1000"), 2002u);
}

TEST_F(DeviceTableTest, AnnouncementsAlwaysAddUpToTheTable)
{
    // every order of a few events about two connectors and two devnodes
    std::vector<UdevEvent> events;
    for (const auto* action : {"add", "remove"})
        for (const auto& [devnode, key] :
             {std::pair{"/dev/ttyUSB0", port_2}, std::pair{"/dev/ttyUSB1", port_2},
              std::pair{"/dev/ttyUSB0", port_3}})
            events.push_back(cp2102(action, devnode, key, key + devnode));
    std::vector<std::size_t> order{0, 1, 2, 3, 4, 5};
    do {
        for (const auto index : order) table.apply(events.at(index));
        std::set<std::string> sum;
        for (const auto& line : said()) {
            const auto what = line.substr(2);
            if (line[0] == '+')
                EXPECT_TRUE(sum.insert(what).second) << line;
            else
                EXPECT_EQ(sum.erase(what), 1u) << line;
        }
        const auto now = listed();
        EXPECT_EQ(sum, std::set<std::string>(now.begin(), now.end()));
        table.replace({});
        said();
    } while (std::ranges::next_permutation(order).found);
}

} // namespace
} // namespace hotplugd_tests
