#include "portald/outbox.hpp"

#include <gmock/gmock.h>

namespace portald {
namespace {

using namespace std::chrono_literals;
using Outcome = Outbox::Outcome;

constexpr Outbox::TimePoint start{1h};

TEST(Outbox, TriesThreeTimesWithGrowingPausesAndGivesUp)
{
    Outbox outbox(1, {});
    outbox.add(0, "a");
    ASSERT_TRUE(outbox.take(start));
    EXPECT_FALSE(outbox.take(start)) << "it is under way";
    EXPECT_TRUE(outbox.done(0, Outcome::failed, start));
    EXPECT_EQ(outbox.next(), start + 2s);
    EXPECT_FALSE(outbox.take(start + 1999ms));
    ASSERT_TRUE(outbox.take(start + 2s));
    EXPECT_TRUE(outbox.done(0, Outcome::failed, start + 2s));
    EXPECT_EQ(outbox.next(), start + 12s);
    ASSERT_TRUE(outbox.take(start + 12s));
    EXPECT_FALSE(outbox.done(0, Outcome::failed, start + 12s));
    EXPECT_EQ(outbox.counters(), (Outbox::Counters{0, 1, 0}));
    EXPECT_FALSE(outbox.next());
}

TEST(Outbox, WhatIsRefusedIsNotTriedAgain)
{
    Outbox outbox(1, {});
    outbox.add(0, "a");
    outbox.add(0, "b");
    ASSERT_TRUE(outbox.take(start));
    EXPECT_FALSE(outbox.done(0, Outcome::refused, start));
    EXPECT_EQ(outbox.take(start)->text, "b") << "at once, and with three tries of its own";
    EXPECT_TRUE(outbox.done(0, Outcome::failed, start));
    EXPECT_EQ(outbox.next(), start + 2s);
}

TEST(Outbox, ATargetThatIsDownDelaysNoOther)
{
    Outbox outbox(2, {});
    outbox.add(0, "a");
    outbox.add(1, "b");
    EXPECT_EQ(outbox.take(start)->target, 0u);
    EXPECT_EQ(outbox.take(start)->target, 1u);
    outbox.done(1, Outcome::delivered, start);
    outbox.add(1, "c");
    EXPECT_EQ(outbox.take(start)->text, "c");
    EXPECT_EQ(outbox.counters(), (Outbox::Counters{1, 0, 0}));
}

TEST(Outbox, DropsTheOldestOfTheLongestQueueAndCountsIt)
{
    Outbox outbox(2, {.most_waiting = 4, .most_bytes = 1000, .pauses = {}});
    outbox.add(1, "other");
    for (const char* text : {"1", "2", "3"}) outbox.add(0, text);
    ASSERT_EQ(outbox.take(start)->text, "1");
    outbox.add(0, "4");
    outbox.add(0, "5");
    EXPECT_EQ(outbox.counters().dropped, 2u);
    EXPECT_EQ(outbox.waiting(), 4u);
    outbox.done(0, Outcome::delivered, start);
    EXPECT_EQ(outbox.take(start)->text, "4") << "what was under way was not dropped";
    EXPECT_EQ(outbox.take(start)->text, "other");
}

TEST(Outbox, IsBoundedInBytesToo)
{
    Outbox outbox(1, {.most_waiting = 1000, .most_bytes = 100, .pauses = {}});
    for (int i = 0; i < 10; ++i) outbox.add(0, std::string(30, 'x'));
    EXPECT_EQ(outbox.waiting(), 3u);
    outbox.add(0, std::string(101, 'x'));
    EXPECT_EQ(outbox.waiting(), 0u);
    EXPECT_EQ(outbox.counters().dropped, 11u);
}

} // namespace
} // namespace portald
