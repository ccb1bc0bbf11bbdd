#include "contract/slots_edit.hpp"

#include <gtest/gtest.h>

#include "libs/contract/refusal.hpp"

using namespace contract;

namespace {

SlotsFile parse(const std::string& text)
{
    return parse_slots(text, "slots.json");
}

const std::string shipped = R"({"auto_assign": {"first_port": 4001, "last_port": 4003}})";

TEST(NewSlot, IsAddedToThePersonsOwnText)
{
    const SlotsFile file = parse(R"({
        "_about": "bench 3",
        "auto_assign": {"last_port": 4099, "first_port": 4001},
        "slots": [{"tcp_port": 4001, "label": "Left", "slot_key": "a", "_colour": {"rgb": [1, 2]}}],
        "gpio_en": 17.0})");
    const auto grown = with_new_slot(file, "b");
    ASSERT_TRUE(grown);
    EXPECT_EQ(format_slots(*grown), R"({
  "_about": "bench 3",
  "auto_assign": {"last_port": 4099, "first_port": 4001},
  "slots": [
    {"tcp_port": 4001, "label": "Left", "slot_key": "a", "_colour": {"rgb": [1, 2]}},
    {"label": "SLOT1", "slot_key": "b", "tcp_port": 4002}
  ],
  "gpio_en": 17.0
}
)");
}

TEST(NewSlot, MakesAFileThatReadsAsItself)
{
    const auto grown = with_new_slot(*with_new_slot(parse(shipped), "a"), "b\"\n");
    ASSERT_TRUE(grown);
    const SlotsFile again = parse(format_slots(*grown));
    EXPECT_EQ(again.slots, grown->slots);
    EXPECT_EQ(again.document, grown->document);
    EXPECT_EQ(again.slots.at(1).slot_key, "b\"\n");
    EXPECT_EQ(again.slots.at(1).tcp_port, 4002);
    EXPECT_EQ(again.slots.at(1).label, "SLOT2");
}

TEST(NewSlot, TakesTheFirstFreePortAndTheFirstFreeNumber)
{
    const auto grown = with_new_slot(parse(R"({
        "auto_assign": {"first_port": 4001, "last_port": 4003}, "slots": [
        {"label": "SLOT1", "slot_key": "a", "tcp_port": 4002},
        {"label": "SLOT2!", "slot_key": "b", "tcp_port": 4001},
        {"label": "SLOT4", "slot_key": "c", "tcp_port": 5000}]})"),
                                     "d");
    ASSERT_TRUE(grown);
    EXPECT_EQ(grown->slots.back().tcp_port, 4003);
    EXPECT_EQ(grown->slots.back().label, "SLOT3");
}

TEST(NewSlot, IsNotMadeBeyondTheRangeOrUnasked)
{
    SlotsFile file = parse(shipped);
    for (const char* key : {"a", "b", "c"}) {
        const auto grown = with_new_slot(file, key);
        ASSERT_TRUE(grown);
        file = *grown;
    }
    EXPECT_FALSE(with_new_slot(file, "d"));
    EXPECT_FALSE(with_new_slot(parse(R"({"slots": []})"), "d"));
}

TEST(NewSlot, IsNotMadeForAPlaceThatHasOneOrNoName)
{
    const auto file = with_new_slot(parse(shipped), "a");
    ASSERT_TRUE(file);
    EXPECT_FALSE(with_new_slot(*file, "a"));
    EXPECT_FALSE(with_new_slot(*file, ""));
}

TEST(NewSlot, EndsWithTheLastPortThereIs)
{
    const SlotsFile file = parse(R"({"auto_assign": {"first_port": 65535, "last_port": 65535}})");
    const auto grown = with_new_slot(file, "a");
    ASSERT_TRUE(grown);
    EXPECT_EQ(grown->slots.back().tcp_port, 65535);
    EXPECT_FALSE(with_new_slot(*grown, "b"));
}

/// One that has all that a person may have put in.
const std::string bench = R"({
  "_about": "bench 3",
  "auto_assign": {"first_port": 4001, "last_port": 4003},
  "slots": [
    {"tcp_port": 4001, "label": "Left", "slot_key": "a", "_note": "printer"},
    {"label": "Header", "devnode": "/dev/serial0", "tcp_port": 5000, "profile": "plain", "baud": 9600}
  ]
}
)";

SlotAssign at(std::string slot_key)
{
    SlotAssign wanted;
    wanted.slot_key = std::move(slot_key);
    return wanted;
}

SlotsFile changed(const SlotAssign& wanted)
{
    return with_slot(parse(bench), wanted, "slots.json");
}

TEST(WithSlot, ChangesWhatIsGivenAndKeepsTheRest)
{
    auto wanted = at("a");
    wanted.label = "Right";
    wanted.tcp_port = 4007;
    const auto file = changed(wanted);
    EXPECT_EQ(file.slots.size(), 2);
    EXPECT_NE(format_slots(file).find(
                  R"({"tcp_port": 4007, "label": "Right", "slot_key": "a", "_note": "printer"})"),
              std::string::npos);
    EXPECT_EQ(file.slots.at(0).id, "Right");
    EXPECT_EQ(file.slots.at(1), parse(bench).slots.at(1));
}

TEST(WithSlot, OfWhatIsThereAlreadyChangesNothing)
{
    auto wanted = at("a");
    wanted.tcp_port = 4001;
    EXPECT_EQ(format_slots(changed(wanted)), bench);
    EXPECT_EQ(format_slots(changed(at("a"))), bench);
}

TEST(WithSlot, MakesANewOneWithWhatIsGivenAndTheFirstFreeOfTheRest)
{
    const auto plain = changed(at("b")).slots.back();
    EXPECT_EQ(plain.label, "SLOT1");
    EXPECT_EQ(plain.tcp_port, 4002);

    auto wanted = at("b");
    wanted.label = "Scope";
    wanted.tcp_port = 6000;
    wanted.profile = "esp-bridge";
    wanted.baud = 921600;
    const auto file = changed(wanted);
    const auto& made = file.slots.back();
    EXPECT_EQ(made.label, "Scope");
    EXPECT_EQ(made.slot_key, "b");
    EXPECT_EQ(made.tcp_port, 6000);
    EXPECT_EQ(made.profile, "esp-bridge");
    EXPECT_EQ(made.baud, 921600);
    EXPECT_EQ(parse(format_slots(file)).slots, file.slots);
}

TEST(WithSlot, TakesAFixedTty)
{
    SlotAssign wanted;
    wanted.devnode = "/dev/serial0";
    wanted.baud = 115200;
    EXPECT_EQ(changed(wanted).slots.at(1).baud, 115200);
    wanted.devnode = "/dev/serial1";
    EXPECT_EQ(changed(wanted).slots.at(2).devnode, "/dev/serial1");
    wanted.devnode = "serial1";
    EXPECT_EQ(refusal([&] { changed(wanted); }),
              "slots.json: slots[2] \"SLOT1\": devnode: \"serial1\" is not an absolute path");
}

TEST(WithSlot, WorksInAFileWithoutSlotsOrAutoAssign)
{
    const auto file = with_slot(parse("{}"), at("a"), "slots.json");
    EXPECT_EQ(file.slots.at(0).tcp_port, 4001);
    EXPECT_FALSE(file.auto_assign);
}

TEST(WithSlot, RefusesWhatAFileMayNotSayInTheSameWords)
{
    auto wanted = at("b");
    wanted.tcp_port = 4001;
    EXPECT_EQ(
        refusal([&] { changed(wanted); }),
        "slots.json: slots[2] \"SLOT1\": tcp_port: 4001 is the port of slots[0] \"Left\" already");
    wanted.tcp_port = 80;
    EXPECT_EQ(refusal([&] { changed(wanted); }),
              "slots.json: slots[2] \"SLOT1\": tcp_port: 80 is outside 1024-65535");
    wanted = at("b");
    wanted.label = "Left!";
    EXPECT_EQ(
        refusal([&] { changed(wanted); }),
        "slots.json: slots[2] \"Left!\": label: has the id Left, like slots[0] \"Left\" already");
    wanted.label = "Other";
    wanted.profile = "esp";
    EXPECT_NE(refusal([&] { changed(wanted); }).find("profile: "), std::string::npos);
}

TEST(WithSlot, SaysThatNoPortIsFree)
{
    auto file = parse(bench);
    for (const char* key : {"b", "c"}) file = with_slot(file, at(key), "slots.json");
    EXPECT_EQ(refusal([&] { with_slot(file, at("d"), "slots.json"); }),
              "slot.assign: tcp_port: no port is free in 4001-4003");
}

TEST(WithoutSlot, KeepsEverythingElse)
{
    EXPECT_EQ(format_slots(without_slot(parse(bench), "Left")), R"({
  "_about": "bench 3",
  "auto_assign": {"first_port": 4001, "last_port": 4003},
  "slots": [
    {"label": "Header", "devnode": "/dev/serial0", "tcp_port": 5000, "profile": "plain", "baud": 9600}
  ]
}
)");
    const auto none = without_slot(without_slot(parse(bench), "Left"), "Header");
    EXPECT_TRUE(none.slots.empty());
    EXPECT_EQ(parse(format_slots(none)).slots.size(), 0);
    EXPECT_EQ(format_slots(without_slot(parse(bench), "left")), bench);
}

} // namespace
