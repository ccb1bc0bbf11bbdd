#include "learn_slots/inventory.hpp"

#include <gmock/gmock.h>

#include "contract/slots_file.hpp"
#include "learn_slots/listing.hpp"
#include "tools/things.hpp"

namespace learn_slots {
namespace {

using contract::Json;
using testing::HasSubstr;
using testing::Not;
using tools_test::device;
using tools_test::slot;

const commandkit::Style plain{false};

TEST(Inventory, ListsDevicesInTheOrderOfTheirNumbers)
{
    const auto connectors =
        connectors_of({device("/dev/ttyUSB10", "k10"), device("/dev/ttyUSB2", "k2"),
                       device("/dev/ttyACM3", "k3")},
                      {});
    ASSERT_EQ(connectors.size(), 3U);
    EXPECT_EQ(connectors[0].device.devnode, "/dev/ttyACM3");
    EXPECT_EQ(connectors[1].device.devnode, "/dev/ttyUSB2");
    EXPECT_EQ(connectors[2].device.devnode, "/dev/ttyUSB10");
}

TEST(Inventory, AConnectorHasTheSlotOfItsKey)
{
    const auto connectors = connectors_of(
        {device("/dev/ttyUSB0", "k0"), device("/dev/ttyUSB1", "k1")}, {slot("B", "k1", 4002)});
    EXPECT_FALSE(connectors[0].slot);
    ASSERT_TRUE(connectors[1].slot);
    EXPECT_EQ(connectors[1].slot->label, "B");
}

TEST(Inventory, EntriesKeepSlotsAndGiveTheNextFreeNameAndPortToTheOthers)
{
    // SLOT1 and 4001 belong to a connector in which nothing is: they are not free.
    const std::vector slots{slot("SLOT1", "away", 4001), slot("Lab", "k1", 4002)};
    const auto connectors = connectors_of(
        {device("/dev/ttyUSB0", "k0"), device("/dev/ttyUSB1", "k1"), device("/dev/ttyUSB2", "k2")},
        slots);
    EXPECT_EQ(entries_of(connectors, slots),
              Json::parse(R"([{"label":"SLOT2","slot_key":"k0","tcp_port":4003},
                              {"label":"Lab","slot_key":"k1","tcp_port":4002},
                              {"label":"SLOT3","slot_key":"k2","tcp_port":4004}])"));
}

TEST(Inventory, WhatIsToBePastedIsASlotsFile)
{
    const auto connectors =
        connectors_of({device("/dev/ttyUSB0", "k0"), device("/dev/serial0", "/dev/serial0")},
                      {slot("Header", "/dev/serial0", 4010)});
    const auto text =
        lines_to_paste(entries_of(connectors, {slot("Header", "/dev/serial0", 4010)}));
    const auto file = contract::parse_slots(text.substr(text.find("\n{")), "pasted");
    ASSERT_EQ(file.slots.size(), 2U);
    EXPECT_EQ(file.slots[0].devnode, "/dev/serial0"); // a fixed tty, and no slot_key
    EXPECT_EQ(file.slots[1].slot_key, "k0");
}

TEST(Inventory, ADevpathIsASlotKeyAndNoFixedTty)
{
    EXPECT_EQ(place_of(device("/dev/ttyUSB0", "/devices/x/tty/ttyUSB0")).slot_key,
              "/devices/x/tty/ttyUSB0");
    EXPECT_EQ(place_of(device("/dev/serial0", "/dev/serial0")).devnode, "/dev/serial0");
}

TEST(Inventory, WithoutAFreePortThereIsNoEntryAndNoSuggestion)
{
    std::vector<contract::Slot> slots;
    for (std::uint16_t port = 4001; port <= 4099; ++port)
        slots.push_back(slot("S" + std::to_string(port), "k" + std::to_string(port), port));
    EXPECT_FALSE(suggestion(device("/dev/ttyUSB0", "new"), slots));
    EXPECT_TRUE(entries_of(connectors_of({device("/dev/ttyUSB0", "new")}, slots), slots).empty());
}

TEST(Inventory, JsonHasEachDeviceWithItsSlotOrNull)
{
    const std::vector slots{slot("B", "k1", 4002)};
    const auto json = as_json(
        connectors_of({device("/dev/ttyUSB0", "k0"), device("/dev/ttyUSB1", "k1")}, slots), slots);
    EXPECT_EQ(json["devices"][0]["slot"], nullptr);
    EXPECT_EQ(json["devices"][0]["serial"], "0001");
    EXPECT_EQ(json["devices"][1]["slot"],
              Json::parse(R"({"slot":"B","label":"B","tcp_port":4002,"state":"empty"})"));
    EXPECT_EQ(json["slots"].size(), 2U);
}

TEST(Listing, SaysModelSerialConnectorAndSlot)
{
    const auto text =
        list(connectors_of({device("/dev/ttyUSB0", "k0")}, {slot("Lab", "k0", 4002)}), plain);
    for (const char* part :
         {"/dev/ttyUSB0", "CP2102 (10c4:ea60), serial 0001", "k0", "Lab, port 4002"})
        EXPECT_THAT(text, HasSubstr(part));
    EXPECT_THAT(text, Not(HasSubstr("\x1b")));
    EXPECT_THAT(list({}, plain), HasSubstr("No serial device"));
}

TEST(Listing, WhatADeviceSaysOfItselfMovesNobodysCursor)
{
    auto bad = device("/dev/ttyUSB0", "k0");
    bad.product = "\x1b[2J\n";
    EXPECT_THAT(list(connectors_of({bad}, {}), plain), HasSubstr("\\x1b[2J\\x0a (10c4"));
}

} // namespace
} // namespace learn_slots
