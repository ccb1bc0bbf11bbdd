#include "loggerd/replay_pacer.hpp"

#include <utility>

#include <gtest/gtest.h>

namespace loggerd {
namespace {

using namespace std::chrono_literals;
constexpr std::size_t something = 100;

struct ReplayPacerTest : testing::Test {
    ReplayPacer pacer;
    ReplayPacer::TimePoint now{1h};

    /// One round that is asked when it is due.
    void round(std::size_t bytes)
    {
        ASSERT_TRUE(pacer.due());
        now = std::max(now, *pacer.due());
        pacer.asked(now);
        now += 1ms;
        pacer.answered(bytes, now);
    }
    void make_busy()
    {
        for (unsigned i = 0; i < ReplayPacer::busy_rounds; ++i) {
            pacer.ring(now);
            round(something);
        }
    }
};

TEST_F(ReplayPacerTest, AsksNothingUnlessRung)
{
    EXPECT_FALSE(pacer.due());
    EXPECT_TRUE(pacer.listens());
}

TEST_F(ReplayPacerTest, AsksAtOnceThenAtMostEvery100Milliseconds)
{
    pacer.ring(now);
    EXPECT_EQ(pacer.due(), now);
    const auto began = now;
    round(something);
    EXPECT_FALSE(pacer.due());
    pacer.ring(now);
    EXPECT_EQ(pacer.due(), began + 100ms);
}

TEST_F(ReplayPacerTest, HasOneRequestInFlight)
{
    pacer.ring(now);
    pacer.asked(now);
    pacer.ring(now);
    EXPECT_FALSE(pacer.due());
    EXPECT_TRUE(pacer.is_waiting());
}

TEST_F(ReplayPacerTest, AsksForTheRestAtOnce)
{
    pacer.ring(now);
    pacer.asked(now);
    pacer.answered_in_part(something, now);
    EXPECT_EQ(pacer.due(), now);
}

TEST_F(ReplayPacerTest, FollowsAFloodSoThatNoRoundBringsMuchMoreThanItShall)
{
    constexpr std::size_t bytes_per_ms = 20'000;
    pacer.ring(now);
    round(something);
    auto before = now;
    for (int i = 0; i < 10; ++i) {
        pacer.ring(now);
        now = std::max(now, *pacer.due());
        const auto produced =
            static_cast<std::size_t>((now - std::exchange(before, now)) / 1ms) * bytes_per_ms;
        if (i > 2) {
            EXPECT_LE(produced, ReplayPacer::round_bytes * 5 / 4) << "in round " << i;
        }
        pacer.asked(now);
        pacer.answered(produced, now);
    }
    EXPECT_FALSE(pacer.listens());
    for (unsigned i = 0; i < ReplayPacer::quiet_rounds; ++i) round(0);
    EXPECT_TRUE(pacer.listens()) << "it is over";
    EXPECT_FALSE(pacer.due());
}

TEST_F(ReplayPacerTest, IsRungOutOfItsPaceByAFlood)
{
    pacer.ring(now);
    round(something);
    pacer.ring(now);
    EXPECT_GT(pacer.due(), now);
    pacer.ring(now, true);
    EXPECT_EQ(pacer.due(), now);
}

TEST_F(ReplayPacerTest, DoesNotListenToAFloodThatNeverEnds)
{
    pacer.ring(now);
    for (unsigned i = 0; i < ReplayPacer::busy_rounds; ++i) {
        pacer.asked(now);
        pacer.answered_in_part(something, now);
    }
    EXPECT_FALSE(pacer.listens());
}

TEST_F(ReplayPacerTest, StopsListeningToABusySlotAndAsksItRegularly)
{
    make_busy();
    EXPECT_FALSE(pacer.listens());
    const auto first = pacer.due();
    ASSERT_TRUE(first);
    round(something);
    EXPECT_EQ(*pacer.due() - *first, 100ms);
}

TEST_F(ReplayPacerTest, ListensAgainWhenTheSlotHasGoneQuiet)
{
    make_busy();
    for (unsigned i = 0; i < ReplayPacer::quiet_rounds; ++i) round(0);
    EXPECT_TRUE(pacer.listens());
    EXPECT_FALSE(pacer.due());
}

TEST_F(ReplayPacerTest, KeepsListeningToABoardThatTicksOnceASecond)
{
    for (int i = 0; i < 20; ++i) {
        now += 1s;
        pacer.ring(now);
        EXPECT_EQ(pacer.due(), now);
        round(something);
    }
    EXPECT_TRUE(pacer.listens());
}

TEST_F(ReplayPacerTest, LooksAtAGivenTimeWithoutBeingRung)
{
    pacer.look_at(now + 220ms);
    EXPECT_EQ(pacer.due(), now + 220ms);
    pacer.ring(now);
    EXPECT_EQ(pacer.due(), now);
    round(something);
    EXPECT_EQ(pacer.due(), now - 1ms + 220ms) << "a round before that time does not replace it";
}

TEST_F(ReplayPacerTest, RetriesWhenToldTo)
{
    pacer.ring(now);
    pacer.asked(now);
    pacer.failed(now + 1s);
    EXPECT_EQ(pacer.due(), now + 1s);
    pacer.ring(now);
    EXPECT_EQ(pacer.due(), now + 1s) << "a ring makes nothing faster that has failed";
}

} // namespace
} // namespace loggerd
