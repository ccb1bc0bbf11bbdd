#include "portald/slot_edits.hpp"

#include "conversation.hpp"

namespace {

using contract::Json;
using contract::SlotState;
using sample::slot_in;

const std::string wanted = R"({"slot_key":"usb-0:1.2:1.0","label":"Scope","tcp_port":4007})";

Conversation posting(const std::string& body)
{
    return {sample::known({slot_in(SlotState::idle)}), sample::post("/api/slots", body)};
}

Conversation deleting(const std::string& name, const std::string& body = {})
{
    auto request = sample::post("/api/slots/" + name, body);
    request.method = "DELETE";
    return {sample::known({slot_in(SlotState::idle)}), request};
}

TEST(AssignSlot, IsPassedOnAndAnswersWhatTheSlotIsWhenItIsKnown)
{
    auto post = posting(wanted);
    EXPECT_EQ(post.asks(), "bridged slot.assign " + wanted);
    post.reply(Json{
        {"slot", "Scope"}, {"label", "Scope"}, {"slot_key", "usb-0:1.2:1.0"}, {"tcp_port", 4007}});
    EXPECT_FALSE(post.look()) << "who has the answer may ask for the slot";
    auto scope = slot_in(SlotState::idle);
    scope.slot = scope.label = "Scope";
    post.known().slots.push_back(scope);
    EXPECT_TRUE(post.look());
    EXPECT_EQ(
        post.response().body,
        R"({"ok":true,"slot":"Scope","label":"Scope","slot_key":"usb-0:1.2:1.0","tcp_port":4007})");
}

TEST(AssignSlot, PassesOnWhoAsks)
{
    EXPECT_EQ(posting(R"({"slot_key":"a","baud":9600,"owner":"ci","force":true})").asks(),
              R"(bridged slot.assign {"slot_key":"a","baud":9600,"owner":"ci","force":true})");
}

TEST(AssignSlot, RefusesASlipBeforeAnythingIsAsked)
{
    expect_refused(posting(""), 400, "empty body");
    expect_refused(posting("{}"), 400, "slot.assign: slot_key: is missing");
    expect_refused(posting(R"({"slot_key":"a","port":4001})"), 400,
                   "body: port: is not a key that is known here");
    expect_refused(posting(R"({"slot_key":"a","tcp_port":"4001"})"), 400,
                   "slot.assign: tcp_port: \"4001\" is not a number");
}

TEST(AssignSlot, SaysWhatBridgedSays)
{
    using contract::Error, contract::ErrorCode;
    const std::vector<std::pair<Error, int>> refusals{
        {{ErrorCode::bad_request, "slots.json: slots[1] \"Scope\": tcp_port: 80 is outside"}, 400},
        {{ErrorCode::busy, "ESP32 A is in use by 192.0.2.7:5000"}, 409},
        {{ErrorCode::io, "write slots.json: Read-only file system"}, 500}};
    for (const auto& [error, status] : refusals) {
        auto post = posting(wanted);
        post.reply(error);
        expect_refused(post, status, error.message);
    }
}

TEST(AssignSlot, WithoutABridgeIsA503)
{
    auto known = sample::known({});
    known.up["bridged"] = false;
    expect_refused({known, sample::post("/api/slots", wanted)}, 503, "bridged does not answer");
}

TEST(UnassignSlot, TakesAnIdOrALabelAndNoBody)
{
    EXPECT_EQ(deleting("ESP32-A").asks(), R"(bridged slot.unassign {"slot":"ESP32-A"})");
    auto by_label = deleting("ESP32 A", R"({"force": true})");
    EXPECT_EQ(by_label.asks(), R"(bridged slot.unassign {"slot":"ESP32-A","force":true})");
    by_label.reply(Json{{"slot", "ESP32-A"}});
    EXPECT_FALSE(by_label.look());
    by_label.known().slots.clear();
    EXPECT_TRUE(by_label.look());
    EXPECT_EQ(by_label.response().body, R"({"ok":true,"slot":"ESP32-A"})");
}

TEST(UnassignSlot, ThatIsUnknownIsA404)
{
    expect_refused(deleting("SLOT9"), 404, "slot 'SLOT9' not found");
}

TEST(SlotPaths, AreForOneMethodEach)
{
    using Methods = std::vector<std::string_view>;
    EXPECT_EQ(portald::methods_of("/api/slots"), Methods{"POST"});
    EXPECT_EQ(portald::methods_of("/api/slots/SLOT1"), Methods{"DELETE"});
    EXPECT_EQ(portald::methods_of("/api/slots/"), Methods{});
    EXPECT_EQ(portald::methods_of("/api/slotsA"), Methods{});
}

} // namespace
