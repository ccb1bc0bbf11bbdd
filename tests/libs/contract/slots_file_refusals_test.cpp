#include <ostream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "contract/slots_file.hpp"
#include "libs/contract/refusal.hpp"

using namespace contract;

namespace {

std::string fault_of(std::string_view text)
{
    return refusal([&] { parse_slots(text, "slots.json"); });
}

struct Refusal {
    const char* name;
    const char* entry; ///< what stands behind a good first slot
    const char* fault; ///< behind "slots.json: slots[1]"

    friend void PrintTo(const Refusal& refusal, std::ostream* out) { *out << refusal.name; }
};

class BadSlotTest : public testing::TestWithParam<Refusal> {};

TEST_P(BadSlotTest, IsRefusedNamingFileEntryAndKey)
{
    const std::string text =
        std::string(R"({"slots": [{"label": "SLOT 1", "slot_key": "a", "tcp_port": 4001}, )") +
        GetParam().entry + "]}";
    EXPECT_EQ(fault_of(text), std::string("slots.json: slots[1]") + GetParam().fault);
}

const std::vector<Refusal> refusals{
    {"NoObject", R"("SLOT2")", R"(: "SLOT2" is not an object)"},
    {"NoLabel", R"({"slot_key": "b", "tcp_port": 4002})", ": label: is missing"},
    {"LabelOfAWrongType", R"({"label": 2, "slot_key": "b", "tcp_port": 4002})",
     ": label: 2 is not a string"},
    {"LabelWithoutId", R"({"label": "**", "slot_key": "b", "tcp_port": 4002})",
     R"( "**": label: has no letter or digit to make an id of)"},
    {"SameLabel", R"({"label": "SLOT 1", "slot_key": "b", "tcp_port": 4002})",
     R"( "SLOT 1": label: is the label of slots[0] "SLOT 1" already)"},
    {"SameId", R"({"label": "SLOT/1", "slot_key": "b", "tcp_port": 4002})",
     R"( "SLOT/1": label: has the id SLOT-1, like slots[0] "SLOT 1" already)"},
    {"SamePort", R"({"label": "B", "slot_key": "b", "tcp_port": 4001})",
     R"( "B": tcp_port: 4001 is the port of slots[0] "SLOT 1" already)"},
    {"SameKey", R"({"label": "B", "slot_key": "a", "tcp_port": 4002})",
     R"( "B": slot_key: "a" is the place of slots[0] "SLOT 1" already)"},
    {"NoPort", R"({"label": "B", "slot_key": "b"})", R"( "B": tcp_port: is missing)"},
    {"LowPort", R"({"label": "B", "slot_key": "b", "tcp_port": 1023})",
     R"( "B": tcp_port: 1023 is outside 1024-65535)"},
    {"HighPort", R"({"label": "B", "slot_key": "b", "tcp_port": 65536})",
     R"( "B": tcp_port: 65536 is outside 1024-65535)"},
    {"PortBeyond64Bits", R"({"label": "B", "slot_key": "b", "tcp_port": 18446744073709551616})",
     R"( "B": tcp_port: 1.8446744073709552e+19 is outside 1024-65535)"},
    {"PortAsText", R"({"label": "B", "slot_key": "b", "tcp_port": "4002"})",
     R"( "B": tcp_port: "4002" is not a number)"},
    {"NoPlace", R"({"label": "B", "tcp_port": 4002})",
     R"( "B": slot_key: is missing, and there is no devnode)"},
    {"TwoPlaces", R"({"label": "B", "slot_key": "b", "devnode": "/dev/b", "tcp_port": 4002})",
     R"( "B": devnode: a slot has a slot_key or a devnode, not both)"},
    {"OnlyAPrefix", R"({"label": "B", "usb_prefix": "0:1.1", "tcp_port": 4002})",
     R"( "B": slot_key: is missing: a usb_prefix is not enough, rfc2217-learn-slots )"
     "prints the slot_key"},
    {"EmptyKey", R"({"label": "B", "slot_key": "", "tcp_port": 4002})",
     R"( "B": slot_key: is empty)"},
    {"EmptyDevnode", R"({"label": "B", "devnode": "", "tcp_port": 4002})",
     R"( "B": devnode: is empty)"},
    {"RelativeDevnode", R"({"label": "B", "devnode": "ttyS0", "tcp_port": 4002})",
     R"( "B": devnode: "ttyS0" is not an absolute path)"},
    {"UnknownKey", R"({"label": "B", "slot_key": "b", "tcp_port": 4002, "bauds": 9600})",
     R"( "B": bauds: is not a key that is known here)"},
    {"UnknownProfile", R"({"label": "B", "slot_key": "b", "tcp_port": 4002, "profile": "esp"})",
     R"( "B": profile: "esp" is none of: esp-bridge, esp-usb-jtag, plain)"},
    {"UnknownPolicy",
     R"({"label": "B", "slot_key": "b", "tcp_port": 4002, "second_client": "share"})",
     R"( "B": second_client: "share" is none of: refuse, take_over, observe)"},
    {"NoBaud", R"({"label": "B", "slot_key": "b", "tcp_port": 4002, "baud": 0})",
     R"( "B": baud: 0 is outside 1-2147483647)"},
    {"AllowOfAWrongType", R"({"label": "B", "slot_key": "b", "tcp_port": 4002, "allow": "any"})",
     R"( "B": allow: "any" is not an array)"},
    {"AllowOfNobody", R"({"label": "B", "slot_key": "b", "tcp_port": 4002, "allow": []})",
     R"( "B": allow: is empty, so nobody could connect; without it access.allow counts)"},
    {"AllowOfNumbers", R"({"label": "B", "slot_key": "b", "tcp_port": 4002, "allow": [10]})",
     R"( "B": allow: an entry is not a string)"},
};

INSTANTIATE_TEST_SUITE_P(SlotsFile, BadSlotTest, testing::ValuesIn(refusals),
                         [](const auto& refusal) { return refusal.param.name; });

TEST(BadSlotsFile, IsRefusedWithItsPlaceInTheText)
{
    EXPECT_EQ(fault_of("{\"slots\": [\n  {\"label\": \"A\" \"slot_key\": \"a\"}\n]}"),
              "slots.json:2:26: syntax error while parsing object - unexpected string literal; "
              "expected '}'");
    EXPECT_EQ(fault_of("{\"slots\": [\n {\"label\": \"A\", \"label\": \"B\"}\n]}"),
              "slots.json:2:23: \"label\" is there twice");
    EXPECT_THAT(fault_of(""), testing::StartsWith("slots.json:1:1: "));
}

TEST(BadSlotsFile, IsRefusedForItsOutermostMembers)
{
    EXPECT_EQ(fault_of("[]"), "slots.json: [] is not an object");
    EXPECT_EQ(fault_of(R"({"slots": {}})"), "slots.json: slots: {} is not an array");
    EXPECT_EQ(fault_of(R"({"Slots": []})"), "slots.json: Slots: is not a key that is known here");
    EXPECT_EQ(fault_of(R"({"auto_assign": true})"),
              "slots.json: auto_assign: true is not an object");
    EXPECT_EQ(fault_of(R"({"auto_assign": {"first": 1}})"),
              "slots.json: auto_assign: first: is not a key that is known here");
    EXPECT_EQ(fault_of(R"({"auto_assign": {"first_port": 80}})"),
              "slots.json: auto_assign: first_port: 80 is outside 1024-65535");
    EXPECT_EQ(fault_of(R"({"auto_assign": {"first_port": 4100}})"),
              "slots.json: auto_assign: last_port: 4099 is before first_port 4100");
}

TEST(BadSlotsFile, IsRefusedForNamesTooLongForAFile)
{
    const auto text = [](std::size_t label, std::size_t key) {
        return R"({"slots": [{"label": ")" + std::string(label, 'L') + R"(", "slot_key": ")" +
               std::string(key, 'k') + R"(", "tcp_port": 4001}]})";
    };
    EXPECT_EQ(fault_of(text(100, 1000)), "");
    EXPECT_THAT(fault_of(text(101, 1)), testing::EndsWith(": label: is longer than 100 bytes"));
    EXPECT_THAT(fault_of(text(1, 1001)),
                testing::EndsWith(": slot_key: is longer than 1000 bytes"));
    EXPECT_LT(fault_of(text(100000, 1)).size(), 300U);
}

} // namespace
