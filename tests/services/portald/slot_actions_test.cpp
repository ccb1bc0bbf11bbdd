#include "portald/slot_actions.hpp"

#include "conversation.hpp"
#include "portald/base64.hpp"

namespace {

using contract::Error;
using contract::ErrorCode;
using contract::Json;
using contract::SlotState;
using sample::slot_in;

Conversation acting(const std::string& action, const std::string& body = {},
                    const contract::Slot& slot = slot_in(SlotState::idle))
{
    return {sample::known({slot}), sample::post("/api/slots/ESP32-A/" + action, body)};
}

contract::Slot slot_with_client()
{
    auto slot = slot_in(SlotState::in_use);
    slot.client = contract::Client{};
    slot.client->address = "192.0.2.7:5000";
    return slot;
}

TEST(SlotActions, AreTheBusVerbs)
{
    EXPECT_EQ(acting("start").asks(), R"(bridged slot.start {"slot":"ESP32-A"})");
    EXPECT_EQ(acting("kick", "{}").asks(), R"(bridged slot.kick {"slot":"ESP32-A"})");
    EXPECT_EQ(acting("claim", R"({"owner":"me","ttl_s":60})").asks(),
              R"(bridged slot.claim {"slot":"ESP32-A","ttl_s":60,"owner":"me"})");
    EXPECT_EQ(
        acting("claim", R"({"owner":"me","ttl_s":60,"address":"192.0.2.7"})").asks(),
        R"(bridged slot.claim {"slot":"ESP32-A","ttl_s":60,"owner":"me","address":"192.0.2.7"})");
    EXPECT_EQ(
        acting("claim", R"({"owner":"me","ttl_s":60,"address":"self"})").asks(),
        R"(bridged slot.claim {"slot":"ESP32-A","ttl_s":60,"owner":"me","address":"127.0.0.1"})");
    EXPECT_EQ(acting("release", R"({"owner":"me","force":true})").asks(),
              R"(bridged slot.release {"slot":"ESP32-A","owner":"me","force":true})");
    EXPECT_EQ(acting("reset", R"({"owner":"me"})").asks(),
              R"(bridged serial.reset {"slot":"ESP32-A","owner":"me"})");
    EXPECT_EQ(acting("bootloader").asks(), R"(bridged serial.bootloader {"slot":"ESP32-A"})");
    EXPECT_EQ(acting("lines", R"({"rts":false})").asks(),
              R"(bridged serial.lines {"slot":"ESP32-A","rts":false})");
    EXPECT_EQ(acting("break").asks(), R"(bridged serial.break {"slot":"ESP32-A","ms":250})");
    EXPECT_EQ(acting("write", R"({"text":"help\r"})").asks(),
              R"(bridged serial.write {"slot":"ESP32-A"})");
}

TEST(SlotActions, TakeALabelToo)
{
    const Conversation by_label{sample::known({slot_in(SlotState::idle)}),
                                sample::post("/api/slots/ESP32 A/kick", "")};
    EXPECT_EQ(by_label.asks(), R"(bridged slot.kick {"slot":"ESP32-A"})");
    expect_refused({sample::known({}), sample::post("/api/slots/B/kick", "")}, 404,
                   "slot 'B' not found");
}

TEST(SlotActions, AnswerWithTheSlotAsItIsThen)
{
    auto reset = acting("reset");
    reset.reply(Json(slot_in(SlotState::idle)));
    EXPECT_EQ(reset.response().status, 200);
    EXPECT_EQ(reset.body()["ok"], true);
    EXPECT_EQ(reset.body()["slot"], "ESP32-A");
    EXPECT_EQ(reset.body()["state"], "idle");
}

TEST(SlotActions, AreAnsweredWhenWhatTheyDidIsKnown)
{
    auto claimed = slot_in(SlotState::idle);
    claimed.claim = contract::Claim{"ci", {}, {}};
    auto claim = acting("claim", R"({"owner":"ci","ttl_s":60})");
    claim.reply(Json(claimed));
    EXPECT_FALSE(claim.look());
    claim.known().slots = {claimed};
    ASSERT_TRUE(claim.look());
    EXPECT_EQ(claim.body()["claim"]["owner"], "ci");

    auto stop = acting("stop");
    stop.reply(Json(slot_in(SlotState::stopped)));
    EXPECT_FALSE(stop.look());
    stop.time_is_up(); // somebody may have started it again
    EXPECT_EQ(stop.body()["running"], false);
}

TEST(SlotActions, NameWhoHasTheSlot)
{
    auto write = acting("write", R"({"text":"x"})");
    write.reply(Error{ErrorCode::busy, "ESP32 A is claimed by bob", {{"holder", "bob"}}});
    EXPECT_EQ(write.response().status, 409);
    EXPECT_EQ(write.body(),
              (Json{{"ok", false}, {"error", "ESP32 A is claimed by bob"}, {"holder", "bob"}}));
}

TEST(SlotActions, ThatCannotBeDoneNowAreA409WithoutAHolder)
{
    auto lines = acting("lines", R"({"dtr":true})");
    lines.reply(Error{ErrorCode::io, "ESP32 A is stopped"});
    expect_refused(lines, 409, "ESP32 A is stopped");
}

TEST(SlotActions, StopOnlyWhatNobodyHasUnlessForced)
{
    const auto held = acting("stop", "", slot_with_client());
    EXPECT_EQ(held.response().status, 409);
    EXPECT_EQ(held.body()["holder"], "192.0.2.7:5000");
    EXPECT_EQ(acting("stop", R"({"force":true})", slot_with_client()).asks(),
              R"(bridged slot.stop {"slot":"ESP32-A","force":true})");

    auto claimed = slot_in(SlotState::idle);
    claimed.claim = contract::Claim{"ci", {}, {}};
    EXPECT_EQ(acting("stop", R"({"owner":"me"})", claimed).body()["holder"], "ci");
    EXPECT_EQ(acting("stop", R"({"owner":"ci"})", claimed).asks(),
              R"(bridged slot.stop {"slot":"ESP32-A","owner":"ci"})");
}

TEST(SlotActions, StartWaitsUntilThePortIsOpenOrKnownNotToBe)
{
    auto start = acting("start", "", slot_in(SlotState::stopped));
    start.reply(Json(slot_in(SlotState::opening)));
    ASSERT_TRUE(start.waits());
    EXPECT_FALSE(start.look()) << "what is known is from before";
    start.known().slots = {slot_in(SlotState::opening)};
    EXPECT_FALSE(start.look());
    start.known().slots = {slot_in(SlotState::idle)};
    ASSERT_TRUE(start.look());
    EXPECT_EQ(start.body()["running"], true);

    auto failing = acting("start", "", slot_in(SlotState::stopped));
    auto failed = slot_in(SlotState::error);
    failed.reason = "open /dev/ttyUSB0: Input/output error";
    failing.reply(Json(failed));
    expect_refused(failing, 409, failed.reason);
}

TEST(SlotActions, RefuseASlipBeforeAnythingIsAsked)
{
    expect_refused(acting("kick", "[]"), 400, "body: is no object");
    expect_refused(acting("kick", R"({"slot":"B"})"), 400,
                   "body: slot: is not a key that is known here");
    expect_refused(acting("claim", R"({"owner":"me"})"), 400, "body: ttl_s: is missing");
    expect_refused(acting("lines"), 400, "body: dtr: or rts has to be there");
    expect_refused(acting("break", R"({"ms":2001})"), 400, "body: ms: 2001 is outside 10-2000");
    expect_refused(acting("write"), 400, "body: data: or text has to be there, not both");
    expect_refused(acting("write", R"({"text":""})"), 400,
                   "body: text: has to have 1 to 65536 bytes");
    expect_refused(acting("write", R"({"text":")" + std::string(65537, 'x') + "\"}"), 400,
                   "body: text: has to have 1 to 65536 bytes");
    expect_refused(acting("write", R"({"data":"a"})"), 400, "body: data: is no base64");
}

TEST(SlotActions, WithoutABridgeAreA503)
{
    auto known = sample::known({slot_in(SlotState::idle)});
    known.up["bridged"] = false;
    expect_refused({known, sample::post("/api/slots/ESP32-A/reset", "")}, 503,
                   "bridged does not answer");
}

TEST(SlotActions, ArePathsOfTheirOwn)
{
    using Methods = std::vector<std::string_view>;
    EXPECT_EQ(portald::methods_of("/api/slots/A/reset"), Methods{"POST"});
    EXPECT_EQ(portald::methods_of("/api/slots/A"), Methods{"DELETE"});
    EXPECT_EQ(portald::methods_of("/api/slots//reset"), Methods{"DELETE"});
}

TEST(Base64, IsThatOfRfc4648)
{
    const std::vector<std::pair<std::string, std::string>> vectors{{"", ""},
                                                                   {"f", "Zg=="},
                                                                   {"fo", "Zm8="},
                                                                   {"foo", "Zm9v"},
                                                                   {"foob", "Zm9vYg=="},
                                                                   {"fooba", "Zm9vYmE="},
                                                                   {"foobar", "Zm9vYmFy"}};
    for (const auto& [bytes, text] : vectors) {
        EXPECT_EQ(portald::to_base64(bytes), text);
        EXPECT_EQ(portald::from_base64(text), bytes);
    }
    std::string all;
    for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
    EXPECT_EQ(portald::from_base64(portald::to_base64(all)), all);
    for (const auto* wrong : {"Zg", "Zg=", "Z===", "Zm9v\n", "Zm 9", "Zg==Zg==", "====", "Zm9_"})
        EXPECT_FALSE(portald::from_base64(wrong)) << wrong;
}

} // namespace
