#include "ctl/log_lines.hpp"

#include <gtest/gtest.h>

namespace {

TEST(Since, ASpanIsSoLongAgo)
{
    const auto now = *contract::parse_time("2026-11-23T12:00:00Z");
    EXPECT_EQ(ctl::since("30s", now), "2026-11-23T11:59:30.000000Z");
    EXPECT_EQ(ctl::since("10m", now), "2026-11-23T11:50:00.000000Z");
    EXPECT_EQ(ctl::since("2h", now), "2026-11-23T10:00:00.000000Z");
    EXPECT_EQ(ctl::since("1d", now), "2026-11-22T12:00:00.000000Z");
}

TEST(Since, AnythingElseIsATimeAlready)
{
    const auto now = *contract::parse_time("2026-11-23T12:00:00Z");
    for (const char* text : {"2026-11-21", "10", "m", "", "10 m", "-5m", "99999999999d", "5w"})
        EXPECT_EQ(ctl::since(text, now), text);
}

TEST(LogLine, HasTimeDirectionAndText)
{
    const auto line = ctl::log_line("[2026-02-03 19:32:00.154] [INFO] a [RX] b");
    ASSERT_TRUE(line);
    EXPECT_EQ(line->at("time"), "2026-02-03 19:32:00.154");
    EXPECT_EQ(line->at("direction"), "INFO");
    EXPECT_EQ(line->at("text"), "a [RX] b");
}

TEST(LogLine, WhatIsNoneIsNone)
{
    for (const char* text : {"", "[", "[2026-02-03 19:32:00.154]", "[2026-02-03 19:32:00.154] [RX",
                             "no log line at all, but a text that is long enough"})
        EXPECT_FALSE(ctl::log_line(text)) << text;
}

} // namespace
