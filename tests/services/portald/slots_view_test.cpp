#include "portald/slots_view.hpp"

#include <gmock/gmock.h>

#include "sample.hpp"

namespace {

using contract::Json;
using contract::SlotState;

const portald::Facts facts{"bench-pi", "rfc2217 0.1.0"};

Json first_entry(const portald::Known& known)
{
    return portald::entries(known, "192.168.1.5").at(0);
}

TEST(SlotsView, ARunningSlotHasTheOldPortalsTwelveMembersFirst)
{
    auto slot = sample::slot_in(SlotState::idle);
    const auto entry = first_entry(sample::known({slot}));

    const auto expected = Json::parse(R"({
        "label": "ESP32 A", "slot_key": "usb-0:1.1:1.0", "tcp_port": 4001, "present": true,
        "running": true, "pid": 812, "devnode": "/dev/ttyUSB0", "seq": 7, "last_action": "add",
        "last_event_ts": "2026-11-22T09:00:00.123456Z", "url": "rfc2217://192.168.1.5:4001",
        "last_error": null})");
    auto member = entry.begin();
    for (const auto& [name, value] : expected.items()) {
        EXPECT_EQ(member.key(), name);
        EXPECT_EQ(*member, value) << name;
        ++member;
    }
}

TEST(SlotsView, OursFollow)
{
    auto slot = sample::slot_in(SlotState::in_use);
    slot.client = contract::Client{"10.0.0.7:50123", {}, "rfc2217"};
    slot.observers = 2;
    slot.claim = contract::Claim{"ci-job-7", {}, "192.168.1.7"};
    const auto entry = first_entry(sample::known({slot}));

    EXPECT_EQ(entry.at("slot"), "ESP32-A");
    EXPECT_EQ(entry.at("state"), "in_use");
    EXPECT_EQ(entry.at("reason"), nullptr);
    EXPECT_EQ(entry.at("next_try"), nullptr);
    EXPECT_EQ(entry.at("device").at("product"), "CP2102");
    EXPECT_EQ(entry.at("profile"), "esp-bridge");
    EXPECT_EQ(entry.at("settings").at("baud"), 115200);
    EXPECT_EQ(entry.at("lines").at("dtr"), false);
    EXPECT_EQ(entry.at("client").at("address"), "10.0.0.7:50123");
    EXPECT_EQ(entry.at("observers"), 2);
    EXPECT_EQ(entry.at("claim").at("owner"), "ci-job-7");
    EXPECT_EQ(entry.at("claim").at("address"), "192.168.1.7");
    EXPECT_EQ(first_entry(sample::known({sample::empty_slot()})).at("claim"), nullptr);
}

struct StateCase {
    SlotState state;
    bool running;
};
class SlotsViewState : public testing::TestWithParam<StateCase> {};

TEST_P(SlotsViewState, HasPidAndUrlOnlyWhileRunning)
{
    const auto [state, running] = GetParam();
    const auto entry = first_entry(sample::known({sample::slot_in(state)}));

    EXPECT_EQ(entry.at("running"), running);
    EXPECT_EQ(entry.at("pid").is_null(), !running);
    EXPECT_EQ(entry.at("url").is_null(), !running);
}
INSTANTIATE_TEST_SUITE_P(
    All, SlotsViewState,
    testing::Values(StateCase{SlotState::opening, false}, StateCase{SlotState::idle, true},
                    StateCase{SlotState::in_use, true}, StateCase{SlotState::away, true},
                    StateCase{SlotState::stopped, false}, StateCase{SlotState::flapping, false},
                    StateCase{SlotState::error, false}));

TEST(SlotsView, AnEmptySlotKeepsTheNodeOfItsLastBoard)
{
    auto slot = sample::empty_slot();
    slot.devnode = "/dev/ttyUSB0";
    slot.last_action = "remove";
    const auto entry = first_entry(sample::known({slot}));

    EXPECT_EQ(entry.at("present"), false);
    EXPECT_EQ(entry.at("devnode"), "/dev/ttyUSB0");
    EXPECT_EQ(entry.at("device"), nullptr);
    EXPECT_EQ(entry.at("last_action"), "remove");
    EXPECT_EQ(entry.at("last_event_ts"), nullptr);
}

TEST(SlotsView, ASlotWhoseBoardBridgedHasNotHeardOfIsOpeningAndNotEmpty)
{
    auto slot = sample::empty_slot();
    slot.seq = 0;
    auto known = sample::known({slot});
    contract::Device device;
    device.slot_key = slot.slot_key;
    device.seq = 1;
    known.devices = {device};
    EXPECT_EQ(first_entry(known).at("state"), "opening");
    EXPECT_EQ(first_entry(known).at("present"), true);
    EXPECT_EQ(first_entry(known).at("running"), false);
    // It went, and bridged was told of that before us.
    known.slots[0].seq = 2;
    EXPECT_EQ(first_entry(known).at("state"), "empty");
    known.slots[0].seq = 0;
    known.slots[0].state = SlotState::stopped;
    EXPECT_EQ(first_entry(known).at("state"), "stopped");
    known.up["bridged"] = false;
    EXPECT_EQ(first_entry(known).at("state"), "unknown");
}

TEST(SlotsView, NothingRunsWhileTheBridgeIsDown)
{
    auto slot = sample::slot_in(SlotState::in_use);
    slot.client = contract::Client{"10.0.0.7:50123", {}, "rfc2217"};
    slot.claim = contract::Claim{"ci-job-7", {}, {}};
    auto known = sample::known({slot});
    known.up["bridged"] = false;
    const auto entry = first_entry(known);

    EXPECT_EQ(entry.at("running"), false);
    EXPECT_EQ(entry.at("url"), nullptr);
    EXPECT_EQ(entry.at("client"), nullptr);
    EXPECT_EQ(entry.at("claim"), nullptr);
    EXPECT_EQ(entry.at("state"), "unknown");
    EXPECT_EQ(entry.at("reason"), "bridged does not answer");
    EXPECT_EQ(portald::info_answer(known, facts, "x").at("slots_running"), 0);
    EXPECT_EQ(portald::devices_answer(known, facts, "x").at("daemons").at("bridged"), "down");
}

TEST(SlotsView, AnUnknownDeviceIsASlotWithoutLabelPortAndUrl)
{
    auto known = sample::known({sample::slot_in(SlotState::idle)});
    known.devices = {sample::board("usb-0:1.1:1.0", "/dev/ttyUSB0"),
                     sample::board("usb-0:1.9:1.0", "/dev/ttyUSB9")};
    const auto list = portald::entries(known, "192.168.1.5");

    ASSERT_EQ(list.size(), 2u);
    const auto& unknown = list.at(1);
    EXPECT_EQ(unknown.at("slot_key"), "usb-0:1.9:1.0");
    EXPECT_EQ(unknown.at("label"), nullptr);
    EXPECT_EQ(unknown.at("tcp_port"), nullptr);
    EXPECT_EQ(unknown.at("url"), nullptr);
    EXPECT_EQ(unknown.at("present"), true);
    EXPECT_EQ(unknown.at("running"), false);
    EXPECT_EQ(unknown.at("claim"), nullptr);
    EXPECT_EQ(unknown.at("devnode"), "/dev/ttyUSB9");
    EXPECT_EQ(unknown.at("seq"), 7);
    EXPECT_EQ(unknown.at("last_action"), "add");
    EXPECT_EQ(unknown.at("last_event_ts"), "2026-11-22T09:00:00.123456Z");
    EXPECT_EQ(unknown.size(), list.at(0).size());
}

TEST(SlotsView, InfoCountsSlots)
{
    auto second = sample::empty_slot();
    second.slot_key = "usb-0:1.2:1.0";
    const auto known = sample::known({sample::slot_in(SlotState::away), second});

    const auto info = portald::info_answer(known, facts, "192.168.1.5");
    EXPECT_EQ(info.at("host_ip"), "192.168.1.5");
    EXPECT_EQ(info.at("slots_configured"), 2);
    EXPECT_EQ(info.at("slots_running"), 1);
    EXPECT_EQ(info.at("hostname"), "bench-pi");
    EXPECT_EQ(info.at("version"), "rfc2217 0.1.0");
}

TEST(Known, FollowsEvents)
{
    portald::Known known;
    auto slot = sample::slot_in(SlotState::idle);
    known.apply(sample::event("slot.changed/ESP32-A/", slot));
    slot.state = SlotState::in_use;
    known.apply(sample::event("slot.changed/ESP32-A/", slot));
    ASSERT_EQ(known.slots.size(), 1u);
    EXPECT_EQ(known.slots[0].state, SlotState::in_use);
    EXPECT_EQ(known.slot_named("ESP32 A"), known.slot_with_key("usb-0:1.1:1.0"));

    known.apply(sample::event("slot.removed/ESP32-A/", contract::SlotRemoved{"ESP32-A"}));
    EXPECT_TRUE(known.slots.empty());

    const auto board = sample::board("usb-0:1.9:1.0", "/dev/ttyUSB9");
    known.apply(sample::event("device.added/", board));
    EXPECT_NE(known.device_with_key("usb-0:1.9:1.0"), nullptr);
    known.apply(sample::event("device.removed/", board));
    EXPECT_EQ(known.device_with_key("usb-0:1.9:1.0"), nullptr);
    EXPECT_THROW(known.apply(sample::event("device.added/", {})), contract::BadMessage);
}

} // namespace
