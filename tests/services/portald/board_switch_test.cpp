#include "conversation.hpp"

namespace {

using contract::Json;
using contract::Slot;
using contract::SlotState;
using sample::slot_in;

const std::string old_start = R"({"slot_key":"usb-0:1.1:1.0","devnode":"/dev/ttyUSB0"})";

Conversation starting(const Slot& slot, const std::string& body = R"({"slot":"ESP32-A"})")
{
    return {sample::known({slot}), sample::post("/api/start", body)};
}

void expect_failed(const Conversation& start, const std::string& error)
{
    EXPECT_EQ(start.response().status, 200);
    EXPECT_EQ(
        start.body(),
        (Json{{"ok", false}, {"slot_key", "usb-0:1.1:1.0"}, {"running", false}, {"error", error}}));
}

void expect_started(const Conversation& start)
{
    EXPECT_EQ(start.response().body, R"({"ok":true,"slot_key":"usb-0:1.1:1.0","running":true})");
}

TEST(Start, AnswersWhenThePortListens)
{
    auto start = starting(slot_in(SlotState::stopped));
    EXPECT_EQ(start.asks(), R"(bridged slot.start {"slot":"ESP32-A"})");

    start.reply(Json(slot_in(SlotState::idle)));
    EXPECT_FALSE(start.look()) << "the event has not come yet";
    start.known().slots = {slot_in(SlotState::idle)};
    EXPECT_TRUE(start.look());
    expect_started(start);
}

TEST(Start, TakesALabelToo)
{
    EXPECT_EQ(starting(slot_in(SlotState::stopped), R"({"slot":"ESP32 A"})").asks(),
              R"(bridged slot.start {"slot":"ESP32-A"})");
}

TEST(Start, AtTheSameNodeIsAStartAndNoRestart)
{
    EXPECT_EQ(starting(slot_in(SlotState::in_use), old_start).asks(),
              R"(bridged slot.start {"slot":"ESP32-A"})");
}

TEST(Start, AtAnotherNodeFails)
{
    const auto body = R"({"slot_key":"usb-0:1.1:1.0","devnode":"/dev/ttyUSB9"})";
    const Conversation start(sample::known({slot_in(SlotState::stopped)}),
                             sample::post("/api/start", body));
    expect_failed(start, "ESP32 A is at /dev/ttyUSB0, not /dev/ttyUSB9");
}

TEST(Start, WaitsForAPortThatIsBeingOpened)
{
    auto start = starting(slot_in(SlotState::stopped));
    start.reply(Json(slot_in(SlotState::opening)));
    ASSERT_TRUE(start.waits());
    EXPECT_FALSE(start.look()); // the event has not come yet: still as before

    start.known().slots = {slot_in(SlotState::opening)};
    EXPECT_FALSE(start.look());
    start.known().slots = {slot_in(SlotState::idle)};
    EXPECT_TRUE(start.look());
    expect_started(start);
}

TEST(Start, SaysWhyAPortDidNotOpen)
{
    auto failed = slot_in(SlotState::error);
    failed.reason = "open /dev/ttyUSB0: Permission denied";
    auto start = starting(failed);
    start.reply(Json(slot_in(SlotState::opening)));
    EXPECT_FALSE(start.look()); // that error is the one from before

    start.known().slots = {slot_in(SlotState::opening)};
    EXPECT_FALSE(start.look());
    start.known().slots = {failed};
    EXPECT_TRUE(start.look());
    expect_failed(start, "open /dev/ttyUSB0: Permission denied");
}

TEST(Start, DoesNotWaitForEver)
{
    auto start = starting(slot_in(SlotState::stopped));
    start.reply(Json(slot_in(SlotState::opening)));
    start.known().slots = {slot_in(SlotState::opening)};
    start.time_is_up();
    expect_failed(start, "ESP32 A is still being opened");
}

TEST(Start, OfAnEmptySlotFails)
{
    auto start = starting(sample::empty_slot());
    start.reply(Json(sample::empty_slot()));
    expect_failed(start, "ESP32 A has no board");
}

TEST(Start, ThatIsRefusedIsA200WithTheReason)
{
    auto start = starting(slot_in(SlotState::stopped));
    start.reply(contract::Error{contract::ErrorCode::busy, "in use elsewhere", Json::object()});
    expect_failed(start, "in use elsewhere");
}

TEST(Start, OfASilentBridgeIsA504)
{
    auto start = starting(slot_in(SlotState::stopped));
    start.reply(
        contract::Error{contract::ErrorCode::timeout, "bridged does not answer", Json::object()});
    expect_refused(start, 504, "bridged does not answer");
}

TEST(Start, WithANodeForAnEmptySlotAnnouncesItFirst)
{
    auto start = starting(sample::empty_slot(), old_start);
    EXPECT_EQ(start.asks(), R"(hotplugd device.notify {"action":"add",)"
                            R"("slot_key":"usb-0:1.1:1.0","devnode":"/dev/ttyUSB0"})");

    start.reply(Json(contract::DeviceNotifyAnswer{"usb-0:1.1:1.0", 9, true}));
    EXPECT_FALSE(start.look());
    start.known().slots = {slot_in(SlotState::opening)};
    EXPECT_TRUE(start.look());
    EXPECT_EQ(start.asks(), R"(bridged slot.start {"slot":"ESP32-A"})");
    start.reply(Json(slot_in(SlotState::idle)));
    EXPECT_FALSE(start.look()) << "the event has not come yet";
    start.known().slots = {slot_in(SlotState::idle)};
    EXPECT_TRUE(start.look());
    expect_started(start);
}

TEST(Start, WithANodeThatHotplugdRefusesFails)
{
    auto start = starting(sample::empty_slot(), old_start);
    start.reply(contract::Error{contract::ErrorCode::denied,
                                "/dev/ttyUSB0 is not in hotplug.devnodes", Json::object()});
    expect_failed(start, "/dev/ttyUSB0 is not in hotplug.devnodes");
}

TEST(Start, WithANodeForAnEmptySlotComesFromThisMachineOnly)
{
    const Conversation start(sample::known({sample::empty_slot()}),
                             sample::post("/api/start", old_start, "192.168.1.7"));
    expect_failed(start, "only this machine itself may announce a device");
}

TEST(Start, OfADeviceWithoutAPortFails)
{
    auto known = sample::known({});
    known.devices = {sample::board("usb-0:1.1:1.0", "/dev/ttyUSB0")};
    expect_failed(Conversation(known, sample::post("/api/start", old_start)),
                  "no port is assigned to usb-0:1.1:1.0");
}

TEST(Stop, IsAnsweredAsItWas)
{
    Conversation stop(sample::known({slot_in(SlotState::in_use)}),
                      sample::post("/api/stop", R"({"slot_key":"usb-0:1.1:1.0"})"));
    EXPECT_EQ(stop.asks(), R"(bridged slot.stop {"slot":"ESP32-A"})");

    stop.reply(Json(slot_in(SlotState::stopped)));
    ASSERT_TRUE(stop.waits());
    EXPECT_FALSE(stop.look()) << "whoever has the answer finds it so in /api/devices";
    stop.known().slots = {slot_in(SlotState::stopped)};
    ASSERT_TRUE(stop.look());
    EXPECT_EQ(stop.response().body, R"({"ok":true,"slot_key":"usb-0:1.1:1.0","running":false})");
}

TEST(Stop, OfADeviceWithoutAPortIsDoneAlready)
{
    auto known = sample::known({});
    known.devices = {sample::board("usb-0:1.1:1.0", "/dev/ttyUSB0")};
    const Conversation stop(known, sample::post("/api/stop", R"({"slot_key":"usb-0:1.1:1.0"})"));
    EXPECT_EQ(stop.response().body, R"({"ok":true,"slot_key":"usb-0:1.1:1.0","running":false})");
}

} // namespace
