#include "hotplugd/device_table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace {

using hotplugd::DeviceTable;
using hotplugd::StaticTty;
using hotplugd::UdevEvent;
using testing::ElementsAre;
using testing::IsEmpty;

const std::string port_2 = "pci-0000:00:04.0-usb-0:1.2:1.0";
const std::string port_3 = "pci-0000:00:04.0-usb-0:1.3:1.0";

UdevEvent cp2102(std::string action, std::string devnode, std::string id_path,
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

TEST_F(DeviceTableTest, WithoutIdPathTheDevpathIsTheKey)
{
    table.apply(cp2102("add", "/dev/ttyUSB0", "", "1-7"));
    EXPECT_THAT(listed(), ElementsAre("/devices/usb1/1-1/ttyUSB0 /dev/ttyUSB0"));
}

TEST_F(DeviceTableTest, ADeviceThatAStaticTtyLeadsToIsListedUnderThatPathAlone)
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

TEST_F(DeviceTableTest, ADeviceIsListedByItsConnectorAgainWhenItsStaticTtyLeavesTheFile)
{
    table.set_static({{"/dev/serial0", "/dev/ttyUSB0", "a"}});
    table.apply(cp2102("add", "/dev/ttyUSB0", port_2, "1"));
    said();
    table.set_static({});
    EXPECT_THAT(said(),
                ElementsAre(minus("/dev/serial0", "/dev/serial0"), plus(port_2, "/dev/ttyUSB0")));
}

TEST_F(DeviceTableTest, AStaticTtyThatLeadsElsewhereIsRemovedAndAdded)
{
    table.set_static({{"/tmp/sim-a", "/dev/pts/5", "a"}});
    said();
    table.set_static({{"/tmp/sim-a", "/dev/pts/5", "b"}});
    EXPECT_THAT(said(),
                ElementsAre(minus("/tmp/sim-a", "/tmp/sim-a"), plus("/tmp/sim-a", "/tmp/sim-a")));
}

TEST_F(DeviceTableTest, AClaimNamesWhatUdevDoesNotSee)
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

TEST_F(DeviceTableTest, AClaimGivesTheConnectorToWhatSysfsAloneSees)
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

TEST_F(DeviceTableTest, AClaimDoesNotDoubleOrRenameWhatUdevSees)
{
    table.apply(cp2102("add", "/dev/ttyUSB0", port_2, "1"));
    said();
    ASSERT_TRUE(table.claim("elsewhere", "/dev/ttyUSB0"));
    table.replace({cp2102("exists", "/dev/ttyUSB0", port_2, "1")});
    EXPECT_THAT(said(), IsEmpty());
}

TEST_F(DeviceTableTest, ANewClaimOfAConnectorEndsTheOldOne)
{
    ASSERT_TRUE(table.claim(port_2, "/dev/ttyUSB0"));
    ASSERT_TRUE(table.claim(port_2, "/dev/ttyUSB1"));
    table.replace({});
    said();
    table.unclaim(port_2, "/dev/ttyUSB1");
    table.replace({});
    EXPECT_THAT(said(), ElementsAre(minus(port_2, "/dev/ttyUSB1")));
}

TEST_F(DeviceTableTest, ClaimsAreBounded)
{
    for (std::size_t i = 0; i < DeviceTable::most_claims; ++i) {
        const auto number = std::to_string(i);
        ASSERT_TRUE(table.claim("key" + number, "/dev/ttyUSB" + number));
    }
    EXPECT_FALSE(table.claim("one", "/dev/ttyUSBmore"));
    EXPECT_TRUE(table.claim("another", "/dev/ttyUSB7")) << "one that is there already";
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
