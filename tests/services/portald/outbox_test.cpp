#include "portald/outbox.hpp"

#include <gmock/gmock.h>

namespace portald {
namespace {

using namespace std::chrono_literals;
using Outcome = Outbox::Outcome;

constexpr Outbox::TimePoint start{1h};

TEST(Outbox, TriesAgainWithGrowingPausesUntilADayIsOver)
{
    Outbox outbox(1, {});
    outbox.add(0, 1, "a");
    auto now = start;
    for (const auto pause : {2s, 10s, 60s, 300s, 300s}) {
        ASSERT_TRUE(outbox.take(now));
        EXPECT_FALSE(outbox.take(now)) << "it is under way";
        EXPECT_TRUE(outbox.done(0, Outcome::failed, now));
        EXPECT_EQ(outbox.next(), now + pause);
        EXPECT_FALSE(outbox.take(now + pause - 1ms));
        now += pause;
    }
    EXPECT_EQ(outbox.delivered(0), 0u);
    ASSERT_TRUE(outbox.take(now));
    EXPECT_FALSE(outbox.done(0, Outcome::failed, start + 24h));
    EXPECT_EQ(outbox.counters(), (Outbox::Counters{0, 1, 0}));
    EXPECT_EQ(outbox.delivered(0), 1u);
    EXPECT_FALSE(outbox.next());
}

TEST(Outbox, WhatIsRefusedIsNotTriedAgain)
{
    Outbox outbox(1, {});
    outbox.add(0, 1, "a");
    outbox.add(0, 2, "b");
    ASSERT_TRUE(outbox.take(start));
    EXPECT_FALSE(outbox.done(0, Outcome::refused, start));
    EXPECT_EQ(outbox.take(start)->text, "b") << "at once, and with tries of its own";
    EXPECT_TRUE(outbox.done(0, Outcome::failed, start));
    EXPECT_EQ(outbox.next(), start + 2s);
}

TEST(Outbox, ATargetThatIsDownDelaysNoOther)
{
    Outbox outbox(2, {});
    outbox.add(0, 1, "a");
    outbox.add(1, 1, "b");
    EXPECT_EQ(outbox.take(start)->target, 0u);
    EXPECT_EQ(outbox.take(start)->target, 1u);
    outbox.done(1, Outcome::delivered, start);
    outbox.add(1, 2, "c");
    EXPECT_EQ(outbox.take(start)->text, "c");
    EXPECT_EQ(outbox.counters(), (Outbox::Counters{1, 0, 0}));
    EXPECT_EQ(outbox.delivered(0), 0u);
    EXPECT_EQ(outbox.delivered(1), 1u) << "the second is under way";
}

TEST(Outbox, TakesTheNextFewOfEachAndNoMore)
{
    Outbox outbox(2, {.most_waiting = 2, .pauses = {}});
    outbox.add(0, 1, "a");
    EXPECT_TRUE(outbox.has_room(0));
    outbox.add(0, 2, "b");
    EXPECT_FALSE(outbox.has_room(0));
    EXPECT_TRUE(outbox.has_room(1));
    ASSERT_TRUE(outbox.take(start));
    outbox.done(0, Outcome::delivered, start);
    EXPECT_TRUE(outbox.has_room(0));
}

TEST(Outbox, GoesOnWhereAnEarlierOneStoppedAndCountsWhatIsNoLongerThere)
{
    Outbox outbox(1, {});
    outbox.begin_after(0, 7);
    EXPECT_EQ(outbox.place(0), 7u);
    EXPECT_EQ(outbox.delivered(0), 7u);
    outbox.pass(0, 8);
    EXPECT_EQ(outbox.delivered(0), 8u) << "is not for this target";
    outbox.add(0, 12, "a");
    EXPECT_EQ(outbox.counters().dropped, 3u);
    EXPECT_EQ(outbox.delivered(0), 11u);
    EXPECT_EQ(outbox.place(0), 12u);
}

} // namespace
} // namespace portald
