#include "portald/board_news.hpp"

#include <gmock/gmock.h>

#include "contract/board_reports.hpp"
#include "sample.hpp"

namespace {

using contract::Json;
using portald::BoardNews;

contract::Event alert(std::uint64_t seq, std::size_t lines = 1)
{
    contract::AlertReport report;
    report.rule = "crash";
    report.text = "Guru Meditation Error";
    report.serial_epoch = "9f";
    report.serial_seq = seq;
    report.time = *contract::parse_time("2026-11-22T09:00:07.123456Z");
    for (std::size_t i = 0; i < lines; ++i) {
        report.context.push_back("before " + std::to_string(i));
        report.dump.push_back("after " + std::to_string(i));
    }
    return sample::event("log.alert/A/", Json(report));
}

contract::Event boot(std::uint64_t seq)
{
    contract::BootReport report;
    report.reason = "rst:0x1 (POWERON)";
    report.serial_epoch = "9f";
    report.serial_seq = seq;
    auto event = sample::event("log.boot/B/", Json(report));
    event.header.time = *contract::parse_time("2026-11-22T09:00:01.000000Z");
    return event;
}

TEST(BoardNews, TellEachAlertAndBootOnce)
{
    BoardNews news;
    const auto first = news.take(alert(57));
    ASSERT_TRUE(first);
    EXPECT_EQ(first->at("type"), "alert");
    EXPECT_EQ(first->at("kind"), "alert");
    EXPECT_EQ(first->at("slot"), "A");
    EXPECT_EQ(first->at("id"), "9f-57-crash");
    EXPECT_EQ(first->at("time"), "2026-11-22T09:00:07.123456Z");
    EXPECT_FALSE(news.take(alert(57))) << "after a crash of loggerd it is sent again";

    const auto second = news.take(boot(57));
    ASSERT_TRUE(second);
    EXPECT_EQ(second->at("kind"), "boot");
    EXPECT_EQ(second->at("id"), "9f-57-boot");
    EXPECT_EQ(second->at("time"), "2026-11-22T09:00:01.000000Z");
    EXPECT_EQ(second->at("reason"), "rst:0x1 (POWERON)");
}

TEST(BoardNews, AreListedNewestFirstAndBySlot)
{
    BoardNews news;
    news.take(alert(1));
    news.take(boot(2));
    news.take(alert(3));
    EXPECT_EQ(news.list({}).size(), 3u);
    EXPECT_EQ(news.list({})[0]["id"], "9f-3-crash");
    EXPECT_EQ(news.list("B").size(), 1u);
    EXPECT_EQ(news.list("C"), Json::array());
}

TEST(BoardNews, AreTheLastHundred)
{
    BoardNews news;
    for (std::uint64_t seq = 1; seq <= BoardNews::most + 1; ++seq) news.take(alert(seq));
    EXPECT_EQ(news.list({}).size(), BoardNews::most);
    EXPECT_TRUE(news.whole("9f-1-crash").is_null());
}

TEST(BoardNews, AreCutToTheLinesNextToTheOneThatMatched)
{
    BoardNews news;
    news.take(alert(1, 100));
    const auto in_short = news.list({})[0];
    EXPECT_EQ(in_short["clipped"], true);
    EXPECT_EQ(in_short["context"].size(), 10u);
    EXPECT_EQ(in_short["context"].back(), "before 99");
    EXPECT_EQ(in_short["dump"].size(), 40u);
    EXPECT_EQ(in_short["dump"].front(), "after 0");
    EXPECT_EQ(news.whole("9f-1-crash")["dump"].size(), 100u);
    news.take(alert(2));
    EXPECT_FALSE(news.list({})[0].contains("clipped"));
}

} // namespace
