#include "portald/log_api.hpp"

#include "contract/log_verbs.hpp"
#include "conversation.hpp"

namespace {

using contract::Error;
using contract::ErrorCode;
using contract::Json;
using testing::Contains;
using testing::HasSubstr;
using testing::Pair;

portald::Known bench()
{
    return sample::known({sample::slot_in(contract::SlotState::idle)});
}

portald::Request get(const std::string& path, const std::string& query = {})
{
    auto request = sample::get(path);
    request.query = query;
    return request;
}

const std::string file = "A_2026-11-21.log";

/// loggerd's answer to a read of a file of so many bytes.
Json read_answer(std::optional<std::uint64_t> size, const std::string& text = "[")
{
    Json json = contract::LogReadAnswer{file, 0, size, file + "@1", true};
    json["bytes"] = text;
    return json;
}

contract::LogSearchAnswer found(unsigned matches, std::optional<std::string> cursor)
{
    contract::LogSearchAnswer answer;
    answer.matches.resize(matches);
    for (auto& match : answer.matches) match.direction = "RX";
    answer.searched = 1000;
    answer.cursor = std::move(cursor);
    return answer;
}

TEST(LogApi, ListsWithTheSlotsIdForItsLabel)
{
    Conversation list(bench(), get("/api/logs", "slot=ESP32%20A"));
    EXPECT_EQ(list.asks(), R"(loggerd log.list {"slot":"ESP32-A"})");
    contract::LogListAnswer answer;
    answer.faults["ESP32-A"] = "write A: No space left on device";
    list.reply(Json(answer));
    EXPECT_EQ(list.response().status, 200);
    EXPECT_EQ(list.body().at("files"), Json::array());
    EXPECT_EQ(list.body().at("faults"), (Json{{"ESP32-A", "write A: No space left on device"}}));
}

TEST(LogApi, SaysSoWhenLoggerdIsDown)
{
    auto known = bench();
    known.up["loggerd"] = false;
    for (const auto* path :
         {"/api/logs", "/api/logs/search", "/api/logs/lines", "/api/logs/A_2026-11-21.log"})
        expect_refused(Conversation(known, get(path)), 503, "loggerd does not answer");
}

struct BadQuery {
    const char* path;
    const char* query;
    const char* error;
};
class LogApiBadQuery : public testing::TestWithParam<BadQuery> {};

TEST_P(LogApiBadQuery, IsRefusedWithWhatIsWrong)
{
    const auto& [path, query, error] = GetParam();
    const Conversation asked(bench(), get(path, query));
    EXPECT_EQ(asked.response().status, 400);
    EXPECT_THAT(asked.body().at("error").get<std::string>(), HasSubstr(error));
}
INSTANTIATE_TEST_SUITE_P(
    Table, LogApiBadQuery,
    testing::Values(
        BadQuery{"/api/logs", "file=x", "query: file: is not a key that is known here"},
        BadQuery{"/api/logs/search", "", "pattern"},
        BadQuery{"/api/logs/lines", "", "slot: is missing"},
        BadQuery{"/api/logs/lines", "slot=A&at=0", "query: at: is not a key that is known here"},
        BadQuery{"/api/logs/lines", "slot=A&last=0", "last"},
        BadQuery{"/api/logs/lines", "slot=A&last=many", "query: last: is not a whole number"},
        BadQuery{"/api/logs/lines", "slot=A&last=2&from=2026-11-21", "goes without from and to"},
        BadQuery{"/api/logs/search", "pattern=a&limit=ten", "query: limit: is not a whole number"},
        BadQuery{"/api/logs/search", "pattern=a&limit=", "query: limit: is not a whole number"},
        BadQuery{"/api/logs/search", "pattern=a&limit=-1", "query: limit: is not a whole number"},
        BadQuery{"/api/logs/search", "pattern=a&limit=18446744073709551616",
                 "is not a whole number"},
        BadQuery{"/api/logs/search", "pattern=a&limit=1001", "limit"},
        BadQuery{"/api/logs/search", "pattern=a&context=21", "context"},
        BadQuery{"/api/logs/search", "pattern=a&ignore_case=yes", "is neither 1 nor 0"}));

TEST(LogApi, AsksForWhatTheQuerySays)
{
    const Conversation search(
        bench(), get("/api/logs/search", "pattern=a%2Bb+c%25&ignore_case&limit=7&context=2"));
    EXPECT_THAT(search.asks(), HasSubstr(R"("pattern":"a+b c%")"));
    EXPECT_THAT(search.asks(), HasSubstr(R"("ignore_case":true)"));
    EXPECT_THAT(search.asks(), HasSubstr(R"("limit":7)"));
}

TEST(LogApi, GivesLinesAndWhereTheNextOnesAre)
{
    Conversation lines(bench(), get("/api/logs/lines", "slot=ESP32%20A&last=20&max_bytes=4096"));
    EXPECT_EQ(lines.asks(), R"(loggerd log.read {"slot":"ESP32-A","last":20,"max_bytes":4096})");
    lines.reply(read_answer(5000, "[2026-11-21 19:32:00.154] [RX] text\n"));
    EXPECT_EQ(lines.response().status, 200);
    EXPECT_EQ(lines.body(), (Json{{"file", file},
                                  {"at", 0},
                                  {"text_bytes", 5000},
                                  {"cursor", file + "@1"},
                                  {"more", true},
                                  {"text", "[2026-11-21 19:32:00.154] [RX] text\n"}}));
}

TEST(LogApi, SearchesOnUntilThereIsAMatch)
{
    Conversation search(bench(), get("/api/logs/search", "pattern=x"));
    search.reply(Json(found(0, "A_2026-11-21.log@1000")));
    EXPECT_THAT(search.asks(), HasSubstr(R"("cursor":"A_2026-11-21.log@1000")"));
    search.reply(Json(found(2, "A_2026-11-21.log@2000")));
    EXPECT_EQ(search.body().at("matches").size(), 2u);
    EXPECT_EQ(search.body().at("searched"), 2000) << "in all";
    EXPECT_EQ(search.body().at("cursor"), "A_2026-11-21.log@2000");
}

TEST(LogApi, SearchesNotForEver)
{
    Conversation search(bench(), get("/api/logs/search", "pattern=x"));
    unsigned rounds = 0;
    for (; search.asks() != "nothing" && rounds < 1000; ++rounds)
        search.reply(Json(found(0, "A_2026-11-21.log@1")));
    EXPECT_LE(rounds, 20u);
    EXPECT_EQ(search.response().status, 200);
    EXPECT_EQ(search.body().at("cursor"), "A_2026-11-21.log@1") << "from where the client goes on";
}

TEST(LogApi, GivesLoggerdsRefusalOn)
{
    for (const auto* path : {"/api/logs", "/api/logs/A_2026-11-21.log", "/api/logs/search"}) {
        Conversation asked(bench(), get(path, std::string{path}.ends_with("h") ? "pattern=x" : ""));
        asked.reply(Error{ErrorCode::not_found, "there is no log"});
        expect_refused(asked, 404, "there is no log");
    }
}

TEST(LogApi, ADownloadSaysHowMuchComes)
{
    Conversation download(bench(), get("/api/logs/" + file));
    EXPECT_THAT(download.asks(), HasSubstr(R"("at":0)"));
    download.reply(read_answer(5000));
    const auto& response = download.response();
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.type, "text/plain; charset=utf-8");
    EXPECT_THAT(response.headers,
                Contains(Pair("Content-Disposition", "attachment; filename=\"" + file + "\"")));
    ASSERT_TRUE(response.rest);
    EXPECT_EQ(response.rest->at, 0u);
    EXPECT_EQ(response.rest->end, 5000u);
}

TEST(LogApi, APartOfADownloadIsThatPart)
{
    auto request = get("/api/logs/" + file);
    request.range = "bytes=1000-1999";
    Conversation download(bench(), request);
    download.reply(read_answer(5000));
    EXPECT_EQ(download.response().status, 206);
    EXPECT_THAT(download.response().headers,
                Contains(Pair("Content-Range", "bytes 1000-1999/5000")));
    EXPECT_EQ(download.response().rest->at, 1000u);
    EXPECT_EQ(download.response().rest->end, 2000u);

    request.range = "bytes=5000-";
    Conversation beyond(bench(), request);
    beyond.reply(read_answer(5000));
    EXPECT_EQ(beyond.response().status, 416);
    EXPECT_THAT(beyond.response().headers, Contains(Pair("Content-Range", "bytes */5000")));
    EXPECT_FALSE(beyond.response().rest);
}

TEST(LogApi, AFileOfUnknownSizeHasNoParts)
{
    auto request = get("/api/logs/" + file);
    request.range = "bytes=1000-1999";
    Conversation download(bench(), request);
    download.reply(read_answer(std::nullopt));
    EXPECT_EQ(download.response().status, 200);
    EXPECT_EQ(download.response().rest->end, std::nullopt);
}

TEST(LogApi, ThePartThatIsSentNextIsAskedForAndNoMore)
{
    auto request = get("/api/logs/" + file);
    request.part = portald::Part{4000, 4100};
    Conversation part(bench(), request);
    EXPECT_THAT(part.asks(), HasSubstr(R"("at":4000)"));
    EXPECT_THAT(part.asks(), HasSubstr(R"("max_bytes":100)"));
    part.reply(read_answer(5000, "text"));
    EXPECT_EQ(part.response().body, "text");

    request.part = portald::Part{4000, std::nullopt};
    EXPECT_THAT(Conversation(bench(), request).asks(),
                HasSubstr("\"max_bytes\":" + std::to_string(contract::most_log_bytes)));
}

TEST(ParseQuery, DecodesAndKeepsTheFirst)
{
    using Values = std::map<std::string, std::string, std::less<>>;
    EXPECT_EQ(portald::parse_query(""), Values{});
    EXPECT_EQ(portald::parse_query("a=b%20c+d&a=e&f&&=g"),
              (Values{{"a", "b c d"}, {"f", ""}, {"", "g"}}));
    EXPECT_EQ(portald::parse_query("a=%4&b=%zz&c=%"),
              (Values{{"a", "%4"}, {"b", "%zz"}, {"c", "%"}}));
    EXPECT_EQ(portald::parse_query("a=1%262&b=x=y"), (Values{{"a", "1&2"}, {"b", "x=y"}}));
}

} // namespace
