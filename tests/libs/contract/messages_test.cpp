#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "contract/messages.hpp"
#include "contract/verbs.hpp"
#include "libs/contract/refusal.hpp"
#include "libs/contract/samples.hpp"

using namespace contract;

namespace {

Json golden_json(const std::string& name)
{
    return parse_json(golden(name), name);
}

/// What T says when the member at `path` of a golden file is `value`.
template<typename T>
std::string fault(const char* name, const char* path, const Json& value)
{
    Json json = golden_json(name);
    json[Json::json_pointer(path)] = value;
    return refusal([&] { json.get<T>(); });
}

class MessageTest : public testing::TestWithParam<Sample> {};

TEST_P(MessageTest, MayHaveMembersThatAreNotKnownYet)
{
    Json json = golden_json(GetParam().golden);
    json["later"] = Json{{"x", 1}};
    EXPECT_EQ(to_text(GetParam().reread(json)), GetParam().text);
}

/// Every place in a message, outermost first.
void collect(const Json& json, const Json::json_pointer& at, std::vector<Json::json_pointer>& all)
{
    all.push_back(at);
    if (json.is_object()) {
        for (const auto& [key, value] : json.items()) collect(value, at / key, all);
    } else if (json.is_array()) {
        for (std::size_t i = 0; i < json.size(); ++i) collect(json[i], at / i, all);
    }
}

TEST_P(MessageTest, IsRefusedOrReadAsItIsWhateverStandsAnywhereInIt)
{
    const Json good = golden_json(GetParam().golden);
    std::vector<Json::json_pointer> places;
    collect(good, Json::json_pointer(), places);
    const std::vector<Json> hostile{nullptr,
                                    true,
                                    -1,
                                    1.5,
                                    18446744073709551615U,
                                    "",
                                    "../\xff",
                                    Json::array(),
                                    Json::object(),
                                    1e300,
                                    Json::array({1}),
                                    Json{{"x", nullptr}}};
    for (const auto& place : places) {
        for (const Json& value : hostile) {
            Json bad = good;
            bad[place] = value;
            try {
                const Json read = GetParam().reread(bad);
                EXPECT_EQ(to_text(GetParam().reread(read)), to_text(read)) << place;
            } catch (const BadMessage& refused) {
                EXPECT_LT(std::string_view(refused.what()).size(), 300U);
            } // anything else that is thrown fails the test
        }
    }
}

TEST_P(MessageTest, IsRefusedOrFilledUpWhenAMemberIsMissing)
{
    const Json good = golden_json(GetParam().golden);
    for (const auto& [key, value] : good.items()) {
        Json bad = good;
        bad.erase(key);
        const std::string said = refusal([&] { GetParam().reread(bad); });
        if (!said.empty()) {
            EXPECT_THAT(said, testing::EndsWith(": " + key + ": is missing"));
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Bus, MessageTest, testing::ValuesIn(samples()),
                         [](const auto& sample) { return sample.param.golden; });

TEST(Messages, NameWhatIsWrongWithThem)
{
    EXPECT_EQ(fault<Device>("device", "/vid", 4292), "device: vid: 4292 is not a string");
    EXPECT_EQ(fault<Device>("device", "/time", "now"),
              "device: time: \"now\" is not a time like 2026-11-22T09:00:00.123456Z");
    EXPECT_EQ(fault<Slot>("slot", "/tcp_port", 70000), "slot: tcp_port: 70000 is outside 0-65535");
    EXPECT_EQ(fault<Slot>("slot", "/state", "asleep"),
              "slot: state: \"asleep\" is none of: empty, opening, idle, in_use, away, stopped, "
              "flapping, error");
    EXPECT_EQ(fault<Slot>("slot", "/settings/baud", 4294967296),
              "settings: baud: 4294967296 is outside 0-4294967295");
    EXPECT_EQ(fault<Slot>("slot", "/settings/data_bits", 9),
              "settings: data_bits: 9 is outside 5-8");
    EXPECT_EQ(fault<Slot>("slot", "/settings/parity", "X"),
              "settings: parity: \"X\" is none of: N, O, E, M, S");
    EXPECT_EQ(fault<Slot>("slot", "/lines/cts", 1), "lines: cts: 1 is neither true nor false");
    EXPECT_EQ(fault<Slot>("slot", "/client", "me"), "client: \"me\" is not an object");
    EXPECT_EQ(fault<Slot>("slot", "/observers", -1), "slot: observers: -1 is outside 0-4294967295");
    EXPECT_EQ(fault<LogLine>("log_line", "/direction", "rx"),
              "log.line: direction: \"rx\" is none of: RX, TX, INFO");
    EXPECT_EQ(fault<LogAlert>("log_alert", "/context/1", 5),
              "log.alert: context: an entry is not a string");
    EXPECT_EQ(fault<Heartbeat>("heartbeat", "/streams/state", 9), "stamp: 9 is not an object");
    EXPECT_EQ(fault<Heartbeat>("heartbeat", "/counters", Json::array()),
              "heartbeat: counters: [] is not an object");
    EXPECT_EQ(fault<BridgeSnapshot>("bridge_snapshot", "/slots", 1),
              "snapshot: slots: 1 is not an array");
    EXPECT_EQ(fault<BridgeSnapshot>("bridge_snapshot", "/seq", "9"),
              "stamp: seq: \"9\" is not a number");
    EXPECT_EQ(fault<PortalSnapshot>("portal_snapshot", "/http_port", 65536),
              "snapshot: http_port: 65536 is outside 0-65535");
    EXPECT_EQ(fault<DeviceNotify>("device_notify", "/action", "bind"),
              "device.notify: action: \"bind\" is none of: add, remove");
}

TEST(Messages, DeriveRunningFromTheStateAndPresentFromTheDevice)
{
    Json json = golden_json("slot");
    json["running"] = false;
    json["present"] = "nonsense";
    const Json read = json.get<Slot>();
    EXPECT_TRUE(read["running"]);
    EXPECT_TRUE(read["present"]);
    for (const auto& [state, running] :
         std::vector<std::pair<const char*, bool>>{{"empty", false},
                                                   {"opening", false},
                                                   {"idle", true},
                                                   {"in_use", true},
                                                   {"away", true},
                                                   {"stopped", false},
                                                   {"flapping", false},
                                                   {"error", false}}) {
        json["state"] = state;
        EXPECT_EQ(json.get<Slot>().running(), running) << state;
    }
}

TEST(Messages, AreReadFromTheBodyOfAnEvent)
{
    const Event event{"serial.info/A/", {}, R"({"text":"Client disconnected"})"};
    EXPECT_EQ(body<SerialInfo>(event).text, "Client disconnected");
    EXPECT_THAT(refusal([] {
                    body<SerialInfo>({"serial.info/A/", {}, "{"});
                }),
                testing::StartsWith("serial.info/A/:1:1: "));
}

TEST(ReplayArgsText, NeedsOnlyTheSlot)
{
    EXPECT_EQ((Json{{"slot", "A"}}.get<ReplayArgs>()), (ReplayArgs{"A", "", 0, 0, 0, 262144}));
    EXPECT_EQ(refusal([] { Json::object().get<ReplayArgs>(); }), "serial.replay: slot: is missing");
}

TEST(ReplayArgsText, AsksForOneByteToAQuarterOfAMebibyte)
{
    EXPECT_EQ(fault<ReplayArgs>("replay_args", "/max_bytes", 0),
              "serial.replay: max_bytes: 0 is outside 1-262144");
    EXPECT_EQ(fault<ReplayArgs>("replay_args", "/max_bytes", 262145),
              "serial.replay: max_bytes: 262145 is outside 1-262144");
    EXPECT_EQ(fault<ReplayArgs>("replay_args", "/after_seq", -1),
              "serial.replay: after_seq: -1 is not a whole number within 0-18446744073709551615");
}

} // namespace
