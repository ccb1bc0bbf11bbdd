#include "loggerd/replay_pacer.hpp"

#include <gtest/gtest.h>

namespace loggerd {
namespace {

using namespace std::chrono_literals;
using Found = ReplayPacer::Found;

struct ReplayPacerTest : testing::Test {
    ReplayPacer pacer;
    ReplayPacer::TimePoint now{1h};

    /// One round that is asked when it is due.
    void round(Found found)
    {
        ASSERT_TRUE(pacer.due());
        now = std::max(now, *pacer.due());
        pacer.asked(now);
        now += 1ms;
        pacer.answered(found, now);
    }
    void make_busy()
    {
        for (unsigned i = 0; i < ReplayPacer::busy_rounds; ++i) {
            pacer.ring(now);
            round(Found::something);
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
    round(Found::something);
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
    pacer.answered_in_part(now);
    EXPECT_EQ(pacer.due(), now);
}

TEST_F(ReplayPacerTest, StopsListeningToABusySlotAndAsksItRegularly)
{
    make_busy();
    EXPECT_FALSE(pacer.listens());
    const auto first = pacer.due();
    ASSERT_TRUE(first);
    round(Found::something);
    EXPECT_EQ(*pacer.due() - *first, 100ms);
}

TEST_F(ReplayPacerTest, ListensAgainWhenTheSlotHasGoneQuiet)
{
    make_busy();
    for (unsigned i = 0; i < ReplayPacer::quiet_rounds; ++i) round(Found::nothing);
    EXPECT_TRUE(pacer.listens());
    EXPECT_FALSE(pacer.due());
}

TEST_F(ReplayPacerTest, KeepsListeningToABoardThatTicksOnceASecond)
{
    for (int i = 0; i < 20; ++i) {
        now += 1s;
        pacer.ring(now);
        EXPECT_EQ(pacer.due(), now);
        round(Found::something);
    }
    EXPECT_TRUE(pacer.listens());
}

TEST_F(ReplayPacerTest, LooksAtAGivenTimeWithoutBeingRung)
{
    pacer.look_at(now + 220ms);
    EXPECT_EQ(pacer.due(), now + 220ms);
    pacer.ring(now);
    EXPECT_EQ(pacer.due(), now);
    round(Found::something);
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
