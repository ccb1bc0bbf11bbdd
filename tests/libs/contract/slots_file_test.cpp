#include <gtest/gtest.h>

#include "contract/slots_edit.hpp"
#include "contract/slots_file.hpp"
#include "libs/contract/refusal.hpp"

using namespace contract;

namespace {

SlotsFile parse(std::string_view text)
{
    return parse_slots(text, "slots.json");
}

// As the Python portal shipped it.
const std::string old_file = R"({
  "slots": [
    {"label": "SLOT1", "slot_key": "platform-3f980000.usb-usb-0:1.1:1.0", "tcp_port": 4001},
    {"label": "SLOT2", "slot_key": "platform-3f980000.usb-usb-0:1.3:1.0", "tcp_port": 4002}
  ]
}
)";

TEST(SlotsFileText, OfThePythonPortalIsReadAsItIs)
{
    const SlotsFile file = parse(old_file);
    ASSERT_EQ(file.slots.size(), 2U);
    EXPECT_EQ(file.slots[1].id, "SLOT2");
    EXPECT_EQ(file.slots[1].slot_key, "platform-3f980000.usb-usb-0:1.3:1.0");
    EXPECT_EQ(file.slots[1].tcp_port, 4002);
    EXPECT_EQ(file.slots[1].devnode, std::nullopt);
    EXPECT_EQ(file.slots[1].baud, 115200U);
    EXPECT_EQ(file.slots[1].second_client, SecondClient::refuse);
    EXPECT_EQ(file.auto_assign, std::nullopt);
    EXPECT_TRUE(file.warnings.empty());
    EXPECT_EQ(format_slots(file), old_file);
}

TEST(SlotsFileText, MayBeEmpty)
{
    for (const char* text : {"{}", R"({"slots": []})", R"({"slots": null})"}) {
        EXPECT_TRUE(parse(text).slots.empty());
        EXPECT_EQ(parse(text).auto_assign, std::nullopt);
    }
    EXPECT_EQ(format_slots(parse("{}")), "{}\n");
    EXPECT_EQ(format_slots(parse(R"({"slots":[]})")), "{\n  \"slots\": []\n}\n");
}

TEST(SlotsFileText, HoldsEverythingThatASlotCanSay)
{
    const SlotsFile file = parse(R"({"slots": [{
        "label": "Header UART", "devnode": "/dev/serial0", "tcp_port": 4003,
        "profile": "plain", "baud": 74880, "second_client": "observe",
        "allow": ["192.168.1.0/24", "::1"], "_note": "the one on the Pi itself"}]})");
    const SlotConfig expected{
        "Header-UART", "Header UART", "/dev/serial0",        "/dev/serial0",           4003,
        "plain",       74880,         SecondClient::observe, {"192.168.1.0/24", "::1"}};
    ASSERT_EQ(file.slots.size(), 1U);
    EXPECT_EQ(file.slots[0], expected);
}

TEST(SlotsFileText, SpellsPoliciesAsTheyAreRead)
{
    for (const char* policy : {"refuse", "take_over", "observe"}) {
        const std::string text = std::string(R"({"slots":[{"label":"A","slot_key":"x",)") +
                                 R"("tcp_port":4001,"second_client":")" + policy + "\"}]}";
        EXPECT_EQ(to_string(parse(text).slots.at(0).second_client), policy);
    }
}

TEST(SlotsFileText, AsksForAutomaticSlotsWithOrWithoutARange)
{
    EXPECT_EQ(parse(R"({"auto_assign": {}})").auto_assign, (PortRange{4001, 4099}));
    EXPECT_EQ(parse(R"({"auto_assign": {"first_port": 5000, "last_port": 5000}})").auto_assign,
              (PortRange{5000, 5000}));
}

TEST(SlotsFileText, OfALaterPythonPortalIsReadWithWarnings)
{
    const SlotsFile file = parse(R"({"gpio_boot": 18, "debug_probes": [], "slots": [
        {"label": "A", "slot_key": "x", "tcp_port": 4001, "gdb_port": 3333, "group": "g"}]})");
    const std::vector<std::string> expected{
        "slots.json: slots[0] \"A\": gdb_port: a key of a later Python portal, not used here",
        "slots.json: slots[0] \"A\": group: a key of a later Python portal, not used here",
        "slots.json: gpio_boot: a key of a later Python portal, not used here",
        "slots.json: debug_probes: a key of a later Python portal, not used here"};
    EXPECT_EQ(file.slots.size(), 1U);
    EXPECT_EQ(file.warnings, expected);
}

TEST(SlotsFileText, KeepsLongValuesReadable)
{
    const std::string text = R"({
  "_probes": [
    {
      "label": "PROBE1",
      "interface_config": "interface/ftdi/esp_ftdi.cfg",
      "bus_port": "1-1.4:1.0",
      "empty": []
    }
  ],
  "slots": []
}
)";
    EXPECT_EQ(format_slots(parse(text)), text);
}

} // namespace
