#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "contract/envelope.hpp"
#include "libs/contract/refusal.hpp"

using namespace contract;

namespace {

const std::string good_header =
    R"({"v":1,"src":"bridged","epoch":"9f86d081884c7d65","seq":42,)"
    R"("time":"2026-11-22T09:00:00.123456Z","mono_us":5,"pos":7,"t":[[0,0],[3,12]]})";

std::string replaced(std::string text, const std::string& what, const std::string& with)
{
    return text.replace(text.find(what), what.size(), with);
}

/// What the reader says when `what` of a good header is replaced.
std::string header_fault(const std::string& what, const std::string& with)
{
    return refusal([&] { parse_header(replaced(good_header, what, with)); });
}

/// "<id>|<code>|<text>" of a request that is refused.
std::string request_fault(std::string_view text)
{
    try {
        parse_request(text);
    } catch (const BadRequest& fault) {
        return fault.id() + "|" + std::string(to_string(fault.code())) + "|" + fault.what();
    }
    return "";
}

TEST(EventsOf, TheFramesOfAReplayAreEventsWithTheTopicsThatTheirHeadersSay)
{
    const auto named = [](const std::string& topic, int seq) {
        return replaced(replaced(good_header, "42", std::to_string(seq)), R"({"v":1)",
                        R"({"v":1,"topic":")" + topic + '"');
    };
    Reply reply;
    EXPECT_TRUE(events_of(reply).empty());

    const std::string bytes("\xff\0x", 3);
    reply.frames = {named("serial.rx/A/", 42), bytes, named("serial.tx/A/", 43), "",
                    named("serial.rx/A/", 44)}; // whose body is missing
    const auto events = events_of(reply);
    ASSERT_EQ(events.size(), 2u);
    EXPECT_EQ(events[0].topic, "serial.rx/A/");
    EXPECT_EQ(events[0].header.stamp.seq, 42u);
    EXPECT_EQ(events[0].header.reads.size(), 2u);
    EXPECT_EQ(events[0].body, bytes);
    EXPECT_EQ(events[1].topic, "serial.tx/A/");
    EXPECT_EQ(events[1].header.stamp.seq, 43u);
    EXPECT_EQ(events[1].body, "");
}

TEST(EventsOf, WithoutATopicItIsEmptyAndWhatIsNoHeaderThrows)
{
    Reply reply;
    reply.frames = {good_header, "x"};
    EXPECT_EQ(events_of(reply).at(0).topic, "");
    reply.frames = {good_header, "x", "no header", "y"};
    EXPECT_THROW(events_of(reply), BadMessage);
}

TEST(Epoch, IsSixteenHexDigitsAndNewEachTime)
{
    const std::string epoch = new_epoch();
    EXPECT_THAT(epoch, testing::MatchesRegex("[0-9a-f]{16}"));
    EXPECT_NE(epoch, new_epoch());
}

TEST(HeaderText, ComesBackAsItWas)
{
    Header header = parse_header(good_header);
    EXPECT_EQ(format_header(header), good_header);
    header.stamp.seq = std::numeric_limits<std::uint64_t>::max();
    header.pos = std::numeric_limits<std::uint64_t>::max();
    header.reads = {{std::numeric_limits<std::uint32_t>::max(), -5}};
    header.mono = Monotonic(-1);
    header.topic = "serial.rx/A/";
    EXPECT_EQ(parse_header(format_header(header)), header);
}

TEST(HeaderText, IsJsonWhateverItsStringsHold)
{
    Header header = parse_header(good_header);
    for (const std::string source : {"a\"b", "a\\b", "a\nb", "ü", ""}) {
        header.source = source;
        header.topic = source;
        EXPECT_EQ(parse_header(format_header(header)), header);
    }
    header.source = "a\xff";
    EXPECT_EQ(parse_header(format_header(header)).source, "a\uFFFD");
}

TEST(HeaderText, MayHaveMembersThatAreNotKnownYet)
{
    EXPECT_EQ(parse_header(replaced(good_header, "{", R"({"later":[1],)")),
              parse_header(good_header));
}

TEST(HeaderText, IsRefusedWithTheMemberAndTheFault)
{
    EXPECT_EQ(header_fault("\"v\":1", "\"v\":2"),
              "header: v: 2 is a version that is not spoken here, 1 is");
    EXPECT_EQ(header_fault("\"v\":1,", ""), "header: v: is missing");
    EXPECT_EQ(header_fault("9f86d081884c7d65", "9f86"), "header: epoch: is not 16 hex digits");
    EXPECT_EQ(header_fault("9f86d081884c7d65", "9F86d081884c7d65"),
              "header: epoch: is not 16 hex digits");
    EXPECT_EQ(header_fault("42", "-1"),
              "header: seq: -1 is not a whole number within 0-18446744073709551615");
    EXPECT_EQ(header_fault("42", "18446744073709551616"),
              "header: seq: 1.8446744073709552e+19 is not a whole number within "
              "0-18446744073709551615");
    EXPECT_EQ(header_fault("2026-11", "2026-13"),
              "header: time: \"2026-13-22T09:00:00.123456Z\" is not a time like "
              "2026-11-22T09:00:00.123456Z");
    EXPECT_EQ(header_fault(":7", ":\"7\""), "header: pos: \"7\" is not a number");
    EXPECT_EQ(refusal([] { parse_header("[]"); }), "header: [] is not an object");
}

TEST(HeaderText, IsRefusedForReadTimesThatAreNoPairsOfNumbers)
{
    EXPECT_EQ(header_fault("[[0,0],[3,12]]", "7"), "header: t: 7 is not an array");
    EXPECT_EQ(header_fault("[3,12]", "3"), "header: t: an entry is no pair");
    EXPECT_EQ(header_fault("[3,12]", "[3,12,4]"), "header: t: an entry is no pair");
    EXPECT_EQ(header_fault("[3,12]", "[4294967296,0]"),
              "header: t: offset: 4294967296 is outside 0-4294967295");
    EXPECT_EQ(header_fault("[3,12]", "[3,\"x\"]"), "header: t: after_us: \"x\" is not a number");
}

TEST(HeaderText, IsBounded)
{
    std::string reads;
    for (int i = 0; i < 4096; ++i) reads += ",[0,0]";
    EXPECT_EQ(header_fault(",[3,12]", reads), "header: t: has more than 4096 entries");
    EXPECT_EQ(header_fault(",[3,12]", reads.substr(6)), "");
    EXPECT_EQ(header_fault("bridged", std::string(65536, 'x')), "header: longer than 64 KiB");
}

TEST(ErrorCodes, AreSpelledAsTheyAreRead)
{
    for (const char* code : {"bad_request", "unknown_verb", "bad_version", "not_found", "busy",
                             "io", "timeout", "denied", "internal"}) {
        ASSERT_TRUE(error_code(code)) << code;
        EXPECT_EQ(to_string(*error_code(code)), code);
    }
    EXPECT_EQ(error_code("Busy"), std::nullopt);
    EXPECT_EQ(error_code(""), std::nullopt);
}

TEST(RequestText, ComesBackAsItWas)
{
    const Request request{"7f3a", "slot.stop", Json{{"slot", "A"}}, ""};
    const Request read = parse_request(format_request(request));
    EXPECT_EQ(read.id, "7f3a");
    EXPECT_EQ(read.verb, "slot.stop");
    EXPECT_EQ(read.args, request.args);
}

TEST(RequestText, NeedsNoArguments)
{
    EXPECT_EQ(parse_request(R"({"v":1,"id":"x","verb":"ping"})").args, Json::object());
    EXPECT_EQ(parse_request(R"({"v":1,"id":"x","verb":"ping","args":null})").args, Json::object());
}

TEST(RequestText, IsRefusedWithItsIdWhenThatCouldBeRead)
{
    EXPECT_THAT(request_fault("ping"), testing::StartsWith("|bad_request|request:1:1: "));
    EXPECT_EQ(request_fault("[1]"), "|bad_request|request: [1] is not an object");
    EXPECT_EQ(request_fault(R"({"id":"x"})"), "x|bad_request|request: v: is missing");
    EXPECT_EQ(request_fault(R"({"v":"1","id":"x"})"),
              "x|bad_request|request: v: \"1\" is not a number");
    EXPECT_EQ(request_fault(R"({"v":1,"id":"x"})"), "x|bad_request|request: verb: is missing");
    EXPECT_EQ(request_fault(R"({"v":1,"id":"x","verb":""})"),
              "x|bad_request|request: verb: is empty");
    EXPECT_EQ(request_fault(R"({"v":1,"id":"x","verb":"ping","args":[]})"),
              "x|bad_request|request: args: [] is not an object");
    EXPECT_EQ(request_fault(R"({"v":1,"verb":"ping"})"), "|bad_request|request: id: is missing");
    EXPECT_EQ(request_fault(R"({"v":1,"id":7,"verb":"ping"})"),
              "|bad_request|request: id: 7 is not a string");
    EXPECT_EQ(request_fault(R"({"v":1,"id":"","verb":"ping"})"),
              "|bad_request|request: id: is not 1-128 bytes long");
}

TEST(RequestText, MayHaveAnIdOf128BytesAndNotOneMore)
{
    const auto request = [](std::size_t length) {
        return R"({"v":1,"verb":"ping","id":")" + std::string(length, 'x') + "\"}";
    };
    EXPECT_EQ(request_fault(request(128)), "");
    EXPECT_EQ(request_fault(request(129)), "|bad_request|request: id: is not 1-128 bytes long");
}

TEST(RequestText, OfAForeignVersionIsBadVersionBeforeAnythingElse)
{
    EXPECT_EQ(request_fault(R"({"v":2,"id":"x","later":{}})"),
              "x|bad_version|request: v: this daemon speaks version 1");
    EXPECT_EQ(request_fault(R"({"v":18446744073709551616})"),
              "|bad_version|request: v: this daemon speaks version 1");
    EXPECT_EQ(request_fault(R"({"v":1.0,"id":"x"})"),
              "x|bad_request|request: v: 1.0 is not a whole number");
}

TEST(ReplyText, IsOkOrError)
{
    const Reply ok = parse_reply(format_reply({"x", Json{{"seq", 1}}, {}}));
    EXPECT_EQ(ok.id, "x");
    EXPECT_EQ(std::get<Json>(ok.result), (Json{{"seq", 1}}));

    const Error busy{ErrorCode::busy, "in use", Json{{"holder", "me"}}};
    const Reply refused = parse_reply(format_reply({"", busy, {}}));
    EXPECT_EQ(refused.id, "");
    EXPECT_EQ(std::get<Error>(refused.result).code, ErrorCode::busy);
    EXPECT_EQ(std::get<Error>(refused.result).message, "in use");
    EXPECT_EQ(std::get<Error>(refused.result).detail, busy.detail);
}

TEST(ReplyText, IsRefusedWhenItIsBothOrNeither)
{
    const auto fault = [](const char* text) { return refusal([&] { parse_reply(text); }); };
    EXPECT_EQ(fault(R"({"v":1,"id":"x"})"), "reply: not one of ok and error");
    EXPECT_EQ(fault(R"({"v":1,"id":"x","ok":1,"error":{"code":"io"}})"),
              "reply: not one of ok and error");
    EXPECT_EQ(fault(R"({"v":1,"id":"x","error":{}})"), "reply: error: code: is missing");
    EXPECT_EQ(fault(R"({"v":3,"id":"x","ok":1})"),
              "reply: v: 3 is a version that is not spoken here, 1 is");
}

TEST(ReplyText, WithACodeOfALaterVersionIsAnInternalError)
{
    const Reply reply =
        parse_reply(R"({"v":1,"id":"x","error":{"code":"melted","message":"too hot"}})");
    EXPECT_EQ(std::get<Error>(reply.result).code, ErrorCode::internal);
    EXPECT_EQ(std::get<Error>(reply.result).message, "too hot");
}

} // namespace
