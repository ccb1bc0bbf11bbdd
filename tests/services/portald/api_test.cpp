#include "conversation.hpp"

namespace {

using contract::Json;
using contract::SlotState;
using testing::HasSubstr;

portald::Known bench()
{
    return sample::known({sample::slot_in(SlotState::idle)});
}

TEST(Api, DevicesListsTheSlotsAndTheAddressOfTheHost)
{
    const Conversation devices(bench(), sample::get("/api/devices"));

    EXPECT_EQ(devices.response().status, 200);
    EXPECT_EQ(devices.response().type, "application/json");
    EXPECT_EQ(devices.body().at("slots").size(), 1u);
    EXPECT_EQ(devices.body().at("host_ip"), "192.168.1.5");
}

TEST(Api, DevicesAnswersWhenNoDaemonWasEverHeard)
{
    const Conversation devices({}, sample::get("/api/devices"));

    EXPECT_EQ(devices.response().status, 200);
    EXPECT_EQ(devices.body().at("slots"), Json::array());
    EXPECT_EQ(devices.body().at("daemons").at("hotplugd"), "down");
}

TEST(Api, HealthSaysWhoIsUp)
{
    EXPECT_EQ(Conversation(bench(), sample::get("/healthz")).body().at("status"), "ok");

    auto known = bench();
    known.up["loggerd"] = false;
    const Conversation health(known, sample::get("/healthz"));
    EXPECT_EQ(health.response().status, 200);
    EXPECT_EQ(health.body().dump(), R"({"status":"degraded","daemons":{"hotplugd":"up",)"
                                    R"("bridged":"up","loggerd":"down","portald":"up"}})");
}

struct BadBody {
    const char* path;
    const char* body;
    const char* error;
};
class ApiBadBody : public testing::TestWithParam<BadBody> {};

TEST_P(ApiBadBody, IsRefusedInTheOldWords)
{
    const auto& [path, body, error] = GetParam();
    expect_refused(Conversation(bench(), sample::post(path, body)), 400, error);
}
INSTANTIATE_TEST_SUITE_P(
    Table, ApiBadBody,
    testing::Values(
        BadBody{"/api/hotplug", "", "empty body"}, BadBody{"/api/start", "", "empty body"},
        BadBody{"/api/stop", "", "empty body"}, BadBody{"/api/hotplug", "{}", "missing action"},
        BadBody{"/api/hotplug", R"({"action":""})", "missing action"},
        BadBody{"/api/hotplug", R"({"action":"add"})", "missing id_path and devpath"},
        BadBody{"/api/hotplug", R"({"action":"add","id_path":"","devpath":null})",
                "missing id_path and devpath"},
        BadBody{"/api/start", "{}", "missing slot_key or devnode"},
        BadBody{"/api/start", R"({"slot_key":"usb-0:1.1:1.0"})", "missing slot_key or devnode"},
        BadBody{"/api/start", R"({"devnode":"/dev/ttyUSB0"})", "missing slot_key or devnode"},
        BadBody{"/api/stop", "{}", "missing slot_key"},
        BadBody{"/api/stop", "[]", "body: is no object"}));

TEST(Api, WhatIsNoJsonIsA400)
{
    const Conversation garbage(bench(), sample::post("/api/stop", "slot_key=1"));
    EXPECT_EQ(garbage.response().status, 400);
    EXPECT_EQ(garbage.body().at("ok"), false);
    EXPECT_THAT(garbage.body().at("error").get<std::string>(), HasSubstr("body"));

    const Conversation number(bench(), sample::post("/api/stop", R"({"slot_key": 7})"));
    EXPECT_EQ(number.response().status, 400);
    EXPECT_THAT(number.body().at("error").get<std::string>(), HasSubstr("body: slot_key: "));
}

TEST(Api, UnknownSlotKeysAre404)
{
    for (const char* path : {"/api/start", "/api/stop"}) {
        expect_refused(
            Conversation(bench(), sample::post(path, R"({"slot_key":"x","devnode":"y"})")), 404,
            "unknown slot_key");
        expect_refused(Conversation(bench(), sample::post(path, R"({"slot":"x"})")), 404,
                       "unknown slot_key");
    }
}

TEST(Api, WithoutABridgeNothingIsSwitched)
{
    auto known = bench();
    known.up["bridged"] = false;
    for (const char* path : {"/api/start", "/api/stop"}) {
        expect_refused(Conversation(known, sample::post(path, R"({"slot":"ESP32-A"})")), 503,
                       "bridged does not answer");
    }
}

TEST(Api, HotplugIsForwardedAndAnsweredAsItWas)
{
    Conversation hotplug(bench(),
                         sample::post("/api/hotplug", R"({"action":"add","devnode":"/dev/ttyUSB0",
                            "id_path":"usb-0:1.1:1.0","devpath":"/devices/usb1/1-1"})"));
    EXPECT_EQ(hotplug.asks(), R"(hotplugd device.notify {"action":"add",)"
                              R"("slot_key":"usb-0:1.1:1.0","devnode":"/dev/ttyUSB0"})");

    hotplug.reply(Json(contract::DeviceNotifyAnswer{"usb-0:1.1:1.0", 9, false}));
    EXPECT_EQ(hotplug.body().dump(),
              R"({"ok":true,"slot_key":"usb-0:1.1:1.0","seq":9,"accepted":true})");
}

TEST(Api, HotplugOfAConnectorWithoutAPortIsNotAccepted)
{
    Conversation hotplug(bench(),
                         sample::post("/api/hotplug", R"({"action":"remove","devpath":"/d"})"));
    EXPECT_EQ(hotplug.asks(),
              R"(hotplugd device.notify {"action":"remove","slot_key":"/d","devnode":""})");

    hotplug.reply(Json(contract::DeviceNotifyAnswer{"/d", 10, true}));
    EXPECT_EQ(hotplug.body().at("accepted"), false);
}

TEST(Api, HotplugComesFromThisMachineOnly)
{
    const auto request =
        sample::post("/api/hotplug", R"({"action":"add","id_path":"a","devnode":"/dev/ttyUSB0"})",
                     "192.168.1.7");
    expect_refused(Conversation(bench(), request), 403,
                   "only this machine itself may announce a device");
}

TEST(Api, RefusalsOfADaemonBecomeHttpStatuses)
{
    using contract::ErrorCode;
    for (const auto& [code, status] : std::map<ErrorCode, int>{{ErrorCode::timeout, 504},
                                                               {ErrorCode::denied, 403},
                                                               {ErrorCode::bad_request, 400},
                                                               {ErrorCode::busy, 409},
                                                               {ErrorCode::not_found, 404},
                                                               {ErrorCode::internal, 502}}) {
        Conversation stop(bench(), sample::post("/api/stop", R"({"slot":"ESP32-A"})"));
        stop.reply(contract::Error{code, "because", Json::object()});
        expect_refused(stop, status, "because");
    }
}

} // namespace
