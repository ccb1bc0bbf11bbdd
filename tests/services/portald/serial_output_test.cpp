#include "portald/serial_output.hpp"

#include "conversation.hpp"

namespace {

using contract::Error;
using contract::ErrorCode;
using contract::Json;
using contract::SlotState;
using portald::Heard;

constexpr const char* reset = "/api/serial/reset";
constexpr const char* monitor = "/api/serial/monitor";
constexpr const char* asks_where =
    R"(bridged serial.replay {"slot":"ESP32-A","epoch":"","after_seq":0,"rx_pos":0,"tx_pos":0,)"
    R"("max_bytes":1,"lossless":false})";
constexpr const char* asks_for_the_end =
    R"(bridged serial.replay {"slot":"ESP32-A","epoch":"e1","after_seq":18446744073709551615,)"
    R"("rx_pos":0,"tx_pos":0,"max_bytes":1,"lossless":false})";

Json place(std::uint64_t seq)
{
    return contract::ReplayAnswer{"e1", seq, true, 0, 0};
}

Conversation talk(const char* path, const std::string& body, SlotState state = SlotState::idle)
{
    return {sample::known({sample::slot_in(state)}), sample::post(path, body)};
}

/// … until it asks for something else than where the slot's stream ends.
Conversation at_the_end(const char* path, const std::string& body)
{
    auto conversation = talk(path, body);
    EXPECT_EQ(conversation.asks(), asks_where);
    conversation.reply(place(17));
    EXPECT_EQ(conversation.asks(), asks_for_the_end);
    conversation.reply(place(1000));
    return conversation;
}

struct Refused {
    const char* body;
    int status;
    const char* error;
};
class SerialBoth : public testing::TestWithParam<Refused> {};

TEST_P(SerialBoth, RefuseInTheOldWords)
{
    for (const char* path : {reset, monitor}) {
        expect_refused(talk(path, GetParam().body), GetParam().status, GetParam().error);
    }
}
INSTANTIATE_TEST_SUITE_P(
    Table, SerialBoth,
    testing::Values(Refused{"", 400, "missing 'slot' field"},
                    Refused{"{}", 400, "missing 'slot' field"},
                    Refused{R"({"slot":""})", 400, "missing 'slot' field"},
                    Refused{R"({"slot":null})", 400, "missing 'slot' field"},
                    Refused{"[]", 400, "body: is no object"},
                    Refused{R"({"slot":7})", 400, "body: slot: 7 is not a string"},
                    Refused{R"({"slot":"SLOT9"})", 200, "slot 'SLOT9' not found"}));

TEST(Serial, WithoutABridgeNothingIsAsked)
{
    auto known = sample::known({sample::slot_in(SlotState::idle)});
    known.up["bridged"] = false;
    for (const char* path : {reset, monitor}) {
        expect_refused(Conversation(known, sample::post(path, R"({"slot":"ESP32-A"})")), 503,
                       "bridged does not answer");
    }
}

class MonitorBadBody : public testing::TestWithParam<Refused> {};
TEST_P(MonitorBadBody, IsRefused)
{
    const auto body = R"({"slot":"ESP32-A",)" + std::string(GetParam().body) + "}";
    expect_refused(talk(monitor, body), GetParam().status, GetParam().error);
}
INSTANTIATE_TEST_SUITE_P(
    Table, MonitorBadBody,
    testing::Values(
        Refused{R"("timeout":0)", 400, "body: timeout: is not above 0 and at most 300"},
        Refused{R"("timeout":-1)", 400, "body: timeout: is not above 0 and at most 300"},
        Refused{R"("timeout":300.1)", 400, "body: timeout: is not above 0 and at most 300"},
        Refused{R"("timeout":"10")", 400, "body: timeout: is not a number"},
        Refused{R"("timeout":true)", 400, "body: timeout: is not a number"},
        Refused{R"("pattern":7)", 400, "body: pattern: 7 is not a string"},
        Refused{R"("pattern":"a\nb")", 400, "body: pattern: has a line end, which no line has"}));

TEST(SerialMonitor, AVeryLongPatternIsRefused)
{
    const auto body = [](std::size_t size) {
        return Json{{"slot", "ESP32-A"}, {"pattern", std::string(size, 'x')}}.dump();
    };
    expect_refused(talk(monitor, body(1025)), 400, "body: pattern: is longer than 1024 bytes");
    EXPECT_EQ(talk(monitor, body(1024)).asks(), asks_where);
}

TEST(SerialMonitor, ReadsFromShortlyBeforeTheEnd)
{
    const auto listening = at_the_end(monitor, R"({"slot":"ESP32 A","pattern":"x"})").listening();
    EXPECT_EQ(listening.request(), (contract::ReplayArgs{"ESP32-A", "e1", 1000 - 256}));
    EXPECT_EQ(listening.at_most(), std::chrono::seconds{10});

    auto young = talk(monitor, R"({"slot":"ESP32-A","timeout":0.5})");
    young.reply(place(0));
    young.reply(place(3));
    EXPECT_EQ(young.listening().request().after_seq, 0u);
    EXPECT_EQ(young.listening().at_most(), std::chrono::milliseconds{500});
}

TEST(SerialMonitor, AnswersAsThePythonPortalDid)
{
    auto matched = at_the_end(monitor, R"({"slot":"ESP32-A","pattern":"b"})");
    matched.hear(Heard{{"a", "b"}, "b"});
    EXPECT_EQ(matched.response().status, 200);
    EXPECT_EQ(matched.body().dump(), R"({"ok":true,"matched":true,"line":"b","output":["a","b"]})");

    auto collected = at_the_end(monitor, R"({"slot":"ESP32-A","pattern":null,"timeout":null})");
    collected.hear(Heard{});
    EXPECT_EQ(collected.body().dump(), R"({"ok":true,"matched":false,"line":null,"output":[]})");
}

TEST(SerialMonitor, SaysWhenTheOutputIsNotAll)
{
    auto conversation = at_the_end(monitor, R"({"slot":"ESP32-A"})");
    conversation.hear(Heard{{"a"}, {}, true});
    EXPECT_EQ(conversation.body().at("truncated"), true);
}

TEST(SerialMonitor, BytesThatAreNoTextAreReplaced)
{
    auto conversation = at_the_end(monitor, R"({"slot":"ESP32-A"})");
    conversation.hear(Heard{{"\xff ok"}});
    EXPECT_EQ(conversation.body().at("output"), Json::array({"\xEF\xBF\xBD ok"}));
}

TEST(SerialMonitor, ASlotThatDoesNotRunIsNotWaitedFor)
{
    const std::string body = R"({"slot":"ESP32-A"})";
    expect_refused(talk(monitor, body, SlotState::empty), 200, "ESP32 A has no board");
    expect_refused(talk(monitor, body, SlotState::stopped), 200, "ESP32 A is stopped");
    for (const auto state : {SlotState::opening, SlotState::in_use, SlotState::away}) {
        EXPECT_EQ(talk(monitor, body, state).asks(), asks_where);
    }
}

TEST(SerialReset, ResetsAndReadsFromWhereTheStreamWasBefore)
{
    auto conversation = at_the_end(reset, R"({"slot":"ESP32 A"})");
    EXPECT_EQ(conversation.asks(), R"(bridged serial.reset {"slot":"ESP32-A"})");
    conversation.reply(Json(sample::slot_in(SlotState::idle)));
    EXPECT_EQ(conversation.listening().request(), (contract::ReplayArgs{"ESP32-A", "e1", 1000}));
    EXPECT_EQ(conversation.listening().at_most(), std::chrono::seconds{5});

    conversation.hear(Heard{{"ets", "up"}});
    EXPECT_EQ(conversation.response().status, 200);
    EXPECT_EQ(conversation.body().dump(), R"({"ok":true,"output":["ets","up"]})");
}

TEST(SerialReset, PassesForceOn)
{
    EXPECT_EQ(at_the_end(reset, R"({"slot":"ESP32-A","force":true})").asks(),
              R"(bridged serial.reset {"slot":"ESP32-A","force":true})");
    EXPECT_EQ(at_the_end(reset, R"({"slot":"ESP32-A","force":false})").asks(),
              R"(bridged serial.reset {"slot":"ESP32-A"})");
    expect_refused(talk(reset, R"({"slot":"ESP32-A","force":"yes"})"), 400,
                   R"(body: force: "yes" is neither true nor false)");
}

TEST(SerialReset, PassesTheOwnerOn)
{
    EXPECT_EQ(at_the_end(reset, R"({"slot":"ESP32-A","owner":"ci-job-7"})").asks(),
              R"(bridged serial.reset {"slot":"ESP32-A","owner":"ci-job-7"})");
    EXPECT_EQ(at_the_end(reset, R"({"slot":"ESP32-A","owner":null})").asks(),
              R"(bridged serial.reset {"slot":"ESP32-A"})");
    expect_refused(talk(reset, R"({"slot":"ESP32-A","owner":7})"), 400,
                   "body: owner: 7 is not a string");
}

TEST(SerialReset, ARefusalIsPassedOnAndSilenceIsA504)
{
    auto busy = at_the_end(reset, R"({"slot":"ESP32-A"})");
    busy.reply(Error{ErrorCode::busy, "ESP32 A is in use by 192.168.1.7:50123", Json::object()});
    expect_refused(busy, 200, "ESP32 A is in use by 192.168.1.7:50123");

    auto silent = at_the_end(reset, R"({"slot":"ESP32-A"})");
    silent.reply(Error{ErrorCode::timeout, "bridged does not answer", Json::object()});
    expect_refused(silent, 504, "bridged does not answer");
}

TEST(Serial, ABridgeThatWasKilledIsAskedOnceMoreWhereTheStreamEnds)
{
    const Error lost{ErrorCode::timeout, "bridged does not answer", Json::object()};
    for (const char* path : {reset, monitor}) {
        auto conversation = talk(path, R"({"slot":"ESP32-A"})");
        conversation.reply(lost);
        EXPECT_EQ(conversation.asks(), asks_where);
        conversation.reply(place(17));
        EXPECT_EQ(conversation.asks(), asks_for_the_end);
        conversation.reply(lost);
        EXPECT_EQ(conversation.asks(), asks_for_the_end);
        conversation.reply(lost);
        expect_refused(conversation, 504, "bridged does not answer");
    }
}

TEST(Serial, ASlotThatHasGoneMeanwhileIsNoFaultOfOurs)
{
    for (const char* path : {reset, monitor}) {
        auto conversation = talk(path, R"({"slot":"ESP32-A"})");
        conversation.reply(Error{ErrorCode::not_found, "no slot ESP32-A", Json::object()});
        expect_refused(conversation, 200, "no slot ESP32-A");
    }
    auto watched = at_the_end(monitor, R"({"slot":"ESP32-A"})");
    watched.hear(Error{ErrorCode::not_found, "no slot ESP32-A", Json::object()});
    expect_refused(watched, 200, "no slot ESP32-A");
}

TEST(SerialReset, SaysThatTheBoardWasResetWhenItsOutputCannotBeRead)
{
    auto conversation = at_the_end(reset, R"({"slot":"ESP32-A"})");
    conversation.reply(Json(sample::slot_in(SlotState::idle)));
    conversation.hear(Error{ErrorCode::timeout, "bridged does not answer", Json::object()});
    expect_refused(conversation, 200,
                   "the board was reset, but its output cannot be read: bridged does not answer");
}

} // namespace
