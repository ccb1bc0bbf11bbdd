#include "portald/slot_events.hpp"

#include "contract/board_reports.hpp"
#include "contract/log_reports.hpp"
#include "conversation.hpp"

namespace {

using contract::Json;
using testing::ElementsAre;

Conversation ask(const std::string& path, const std::string& query)
{
    auto known = sample::known({sample::slot_in(contract::SlotState::idle)});
    known.up["loggerd"] = true;
    auto request = sample::get(path);
    request.query = query;
    return {std::move(known), std::move(request)};
}

contract::LogReportsAnswer answer(const char* kind, std::initializer_list<const char*> times)
{
    contract::LogReportsAnswer answer;
    for (const auto* text : times) {
        const auto time = *contract::parse_time(text);
        contract::AlertReport alert;
        alert.time = time;
        const Json report =
            std::string_view{kind} == "alert" ? Json(alert) : Json(contract::BootReport{});
        answer.reports.push_back({answer.reports.size() + 1, "ESP32-A", time, report});
    }
    answer.next = answer.newest = answer.reports.size();
    return answer;
}

std::vector<std::string> kinds(const Conversation& conversation)
{
    std::vector<std::string> kinds;
    const auto body = conversation.body();
    for (const auto& event : body["events"]) kinds.push_back(event["kind"]);
    return kinds;
}

TEST(SlotEvents, AreAlertsAndBootsInTheOrderOfTheirTimes)
{
    auto asked = ask("/api/slots/ESP32 A/events", "from=2026-11-22&last=3");
    EXPECT_EQ(asked.asks(), R"(loggerd log.reports {"kind":"alert","after":0,"limit":100,"last":3,)"
                            R"("slot":"ESP32-A","from":"2026-11-22"})");
    asked.reply(Json(answer("alert", {"2026-11-22T09:00:02Z", "2026-11-22T09:00:04Z"})));
    EXPECT_THAT(asked.asks(), testing::HasSubstr(R"("kind":"boot")"));
    asked.reply(Json(answer("boot", {"2026-11-22T09:00:01Z", "2026-11-22T09:00:03Z"})));
    EXPECT_THAT(kinds(asked), ElementsAre("alert", "boot", "alert")) << "the last three";
}

TEST(SlotEvents, OfOneKindComePageByPage)
{
    auto asked = ask("/api/slots/gone/events", "kind=boot&after=7&limit=2");
    EXPECT_EQ(asked.asks(),
              R"(loggerd log.reports {"kind":"boot","after":7,"limit":2,"slot":"gone"})")
        << "a slot that is no more has had events";
    asked.reply(Json(answer("boot", {"2026-11-22T09:00:01Z"})));
    EXPECT_EQ(asked.body()["next"], 1);
    EXPECT_EQ(asked.body()["more"], false);
    EXPECT_EQ(asked.body()["events"][0]["number"], 1);
}

TEST(SlotEvents, WhatIsNotUnderstoodIsRefused)
{
    for (const auto* query : {"colour=red", "kind=crash", "after=1", "last=0", "last=101", "last=x",
                              "kind=boot&limit=4294967297"})
        EXPECT_EQ(ask("/api/slots/A/events", query).response().status, 400) << query;
}

TEST(SlotEvents, AreAPathOfTheirOwn)
{
    EXPECT_TRUE(portald::is_slot_events("/api/slots/A/events"));
    for (const auto* path : {"/api/slots/events", "/api/slots//events", "/api/slots/A/b/events",
                             "/api/slots/A/eventsx"})
        EXPECT_FALSE(portald::is_slot_events(path)) << path;
}

TEST(SlotEvents, ALoggerThatRefusesIsQuoted)
{
    auto asked = ask("/api/slots/A/events", "");
    asked.reply(contract::Error{contract::ErrorCode::io, "read alerts.log: Input/output error"});
    EXPECT_EQ(asked.response().status, 500);
}

} // namespace
