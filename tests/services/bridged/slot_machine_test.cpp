#include "bridged/slot_machine.hpp"

#include <gmock/gmock.h>

namespace {

using namespace std::chrono_literals;
using bridged::SlotMachine;
using State = SlotMachine::State;

class ASlotMachine : public testing::Test {
protected:
    void plug_in_and_open()
    {
        machine.added(now);
        machine.opened(now);
    }
    void plug_in_and_connect()
    {
        plug_in_and_open();
        machine.client_came();
    }
    void wake_up()
    {
        ASSERT_TRUE(machine.wake_at());
        now = std::max(now, *machine.wake_at());
        machine.time_passed(now);
    }

    SlotMachine::TimePoint now{1h};
    SlotMachine machine{5s};
};

TEST_F(ASlotMachine, IsEmptyAndWantsNothingAtFirst)
{
    EXPECT_EQ(machine.state(), State::empty);
    EXPECT_FALSE(machine.tty_wanted());
    EXPECT_FALSE(machine.port_open());
    EXPECT_FALSE(machine.wake_at());
}

TEST_F(ASlotMachine, OpensTheTtyOncePerEnumerationAndThePortOnlyThen)
{
    machine.added(now);
    EXPECT_EQ(machine.state(), State::opening);
    EXPECT_EQ(machine.openings(), 1u);
    EXPECT_FALSE(machine.port_open());

    machine.opened(now);
    EXPECT_EQ(machine.state(), State::idle);
    EXPECT_TRUE(machine.port_open());
    machine.client_came();
    machine.client_left(now);
    machine.client_came();
    EXPECT_EQ(machine.openings(), 1u);
}

TEST_F(ASlotMachine, IsInUseWhileAClientIsThere)
{
    plug_in_and_connect();
    EXPECT_EQ(machine.state(), State::in_use);
    machine.client_left(now);
    EXPECT_EQ(machine.state(), State::idle);
}

TEST_F(ASlotMachine, BecomesEmptyWhenAnIdleBoardIsUnplugged)
{
    plug_in_and_open();
    machine.removed(now);
    EXPECT_EQ(machine.state(), State::empty);
    EXPECT_FALSE(machine.port_open());
    EXPECT_FALSE(machine.tty_wanted());
}

TEST_F(ASlotMachine, TriesAgainWithGrowingPausesWhenTheTtyCannotBeOpened)
{
    machine.added(now);
    std::vector<std::chrono::milliseconds> pauses;
    for (int attempt = 0; attempt < 9; ++attempt) {
        machine.failed("open /dev/ttyUSB0: Permission denied", now);
        EXPECT_EQ(machine.state(), State::error);
        EXPECT_EQ(machine.reason(), "open /dev/ttyUSB0: Permission denied");
        pauses.push_back(
            std::chrono::duration_cast<std::chrono::milliseconds>(*machine.next_try() - now));
        wake_up();
        EXPECT_EQ(machine.state(), State::opening);
    }
    EXPECT_THAT(pauses, testing::ElementsAre(500ms, 1s, 2s, 4s, 8s, 16s, 30s, 30s, 30s));
}

TEST_F(ASlotMachine, ForgetsFailuresWhenTheDeviceComesAnew)
{
    machine.added(now);
    machine.failed("EBUSY", now);
    wake_up();
    machine.failed("EBUSY", now);
    machine.removed(now);
    EXPECT_EQ(machine.state(), State::empty);
    machine.added(now);
    machine.failed("EBUSY", now);
    EXPECT_EQ(*machine.next_try() - now, 500ms);
}

TEST_F(ASlotMachine, TriesAgainWhenAnIdleTtyIsLostThoughTheDeviceIsStillThere)
{
    plug_in_and_open();
    machine.lost("EIO", now);
    EXPECT_EQ(machine.state(), State::error);
    wake_up();
    EXPECT_EQ(machine.state(), State::opening);
}

TEST_F(ASlotMachine, LosingATtyAgainAndAgainIsSlowedDownUntilOneLivesForAWhile)
{
    plug_in_and_open();
    machine.lost("EIO", now);
    wake_up();
    machine.opened(now);
    machine.lost("EIO", now);
    EXPECT_EQ(*machine.next_try() - now, 1s);
    wake_up();
    machine.opened(now);
    now += 5s;
    machine.lost("EIO", now);
    EXPECT_EQ(*machine.next_try() - now, 500ms);
}

TEST_F(ASlotMachine, KeepsTheClientOfAVanishedBoardForTheGrace)
{
    plug_in_and_connect();
    machine.lost("EIO", now);
    machine.removed(now);
    EXPECT_EQ(machine.state(), State::away);
    EXPECT_TRUE(machine.client_kept());
    EXPECT_TRUE(machine.port_open());

    wake_up();
    EXPECT_EQ(machine.state(), State::empty);
    EXPECT_FALSE(machine.client_kept());
}

TEST_F(ASlotMachine, GivesTheClientItsBoardBackWhenItReturnsWithinTheGrace)
{
    plug_in_and_connect();
    machine.removed(now);
    now += 4s;
    machine.added(now);
    EXPECT_EQ(machine.state(), State::opening);
    EXPECT_TRUE(machine.port_open());
    machine.opened(now);
    EXPECT_EQ(machine.state(), State::in_use);
    EXPECT_FALSE(machine.wake_at());
}

TEST_F(ASlotMachine, TriesOnWhileAwayButNotBeyondTheGrace)
{
    plug_in_and_connect();
    const auto vanished = now;
    machine.lost("EIO", now);
    while (machine.state() != State::error) {
        wake_up();
        if (machine.state() == State::opening) machine.failed("ENXIO", now);
    }
    EXPECT_LE(now - vanished, 8s);
    EXPECT_FALSE(machine.client_kept());
    EXPECT_TRUE(machine.next_try());
}

TEST_F(ASlotMachine, HasNothingToKeepWhenTheClientLeavesWhileAway)
{
    plug_in_and_connect();
    machine.removed(now);
    machine.client_left(now);
    EXPECT_EQ(machine.state(), State::empty);

    machine.added(now);
    machine.opened(now);
    machine.client_came();
    machine.lost("EIO", now);
    machine.client_left(now);
    EXPECT_EQ(machine.state(), State::error);
    EXPECT_TRUE(machine.next_try());
}

TEST_F(ASlotMachine, StaysStoppedThroughAReplugAndStartsByHandOnly)
{
    plug_in_and_connect();
    machine.stop();
    EXPECT_EQ(machine.state(), State::stopped);
    EXPECT_FALSE(machine.client_kept());
    machine.removed(now);
    machine.added(now);
    EXPECT_EQ(machine.state(), State::stopped);
    machine.start();
    EXPECT_EQ(machine.state(), State::opening);
}

TEST_F(ASlotMachine, StartedWithoutADeviceWaitsForOne)
{
    machine.stop();
    machine.start();
    EXPECT_EQ(machine.state(), State::empty);
}

TEST_F(ASlotMachine, IgnoresTheOutcomeOfAnOpeningThatNobodyWantsAnyMore)
{
    machine.added(now);
    machine.stop();
    machine.opened(now);
    EXPECT_EQ(machine.state(), State::stopped);
    machine.failed("late", now);
    EXPECT_EQ(machine.state(), State::stopped);
}

} // namespace
