#include <gmock/gmock.h>

#include "bridged/slot_machine.hpp"

namespace {

using namespace std::chrono_literals;
using bridged::SlotMachine;
using State = SlotMachine::State;

class AFlappingSlot : public testing::Test {
protected:
    void live(std::chrono::milliseconds life)
    {
        machine.added(now);
        machine.opened(now);
        now += life;
        machine.removed(now);
        now += 100ms;
    }
    void flap_until_left_alone()
    {
        for (int i = 0; i < 6; ++i) live(1s);
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

TEST_F(AFlappingSlot, IsLeftAloneAfterSixShortLivesInThirtySeconds)
{
    for (int i = 0; i < 5; ++i) live(1s);
    EXPECT_EQ(machine.state(), State::empty);
    live(1s);
    EXPECT_EQ(machine.state(), State::flapping);
    EXPECT_EQ(machine.reason(), "6 short-lived connections in 30 s");
    EXPECT_EQ(machine.next_try(), now - 100ms + 10s);
    EXPECT_EQ(machine.flaps(), 6u);

    const auto openings = machine.openings();
    live(1s);
    EXPECT_EQ(machine.openings(), openings) << "the board may come and go";
    EXPECT_FALSE(machine.tty_wanted());
    EXPECT_FALSE(machine.port_open());
}

TEST_F(AFlappingSlot, IsNoneWhenTheShortLivesAreFarApart)
{
    for (int i = 0; i < 12; ++i) {
        live(1s);
        now += 6s;
    }
    EXPECT_EQ(machine.state(), State::empty);
}

TEST_F(AFlappingSlot, IsNoneWhenTheBoardStaysForFiveSeconds)
{
    for (int i = 0; i < 12; ++i) live(5s);
    EXPECT_EQ(machine.state(), State::empty);
    EXPECT_EQ(machine.flaps(), 0u);
}

TEST_F(AFlappingSlot, IsNoneWhileSomebodyFlashes)
{
    for (int i = 0; i < 12; ++i) {
        machine.added(now);
        machine.opened(now);
        machine.client_came();
        now += 1s;
        machine.removed(now);
        machine.added(now);
        machine.opened(now);
        machine.client_left(now);
        now += 1s;
        machine.removed(now);
    }
    EXPECT_EQ(machine.state(), State::empty);
    for (int i = 0; i < 12; ++i) {
        machine.touched(now);
        live(1s);
    }
    EXPECT_EQ(machine.state(), State::empty) << "verbs and line changes are use, too";
}

TEST_F(AFlappingSlot, CountsATtyThatFailsAndIsThenUnpluggedOnce)
{
    machine.added(now);
    machine.opened(now);
    now += 1s;
    machine.lost("Input/output error", now);
    machine.removed(now);
    EXPECT_EQ(machine.flaps(), 1u);
}

TEST_F(AFlappingSlot, IsTriedAgainAfterAPauseThatGrows)
{
    flap_until_left_alone();
    auto pause = 10s;
    for (int i = 0; i < 8; ++i) {
        EXPECT_EQ(*machine.next_try() - now, pause - 100ms);
        machine.added(now);
        wake_up();
        EXPECT_EQ(machine.state(), State::opening);
        machine.opened(now);
        machine.removed(now + 1s);
        now += 1s + 100ms;
        EXPECT_EQ(machine.state(), State::flapping) << "one more is enough";
        pause = std::min<std::chrono::seconds>(pause * 2, 320s);
    }
}

TEST_F(AFlappingSlot, IsWellAgainOnceTheBoardStayed)
{
    flap_until_left_alone();
    machine.added(now);
    wake_up();
    machine.opened(now);
    now += 5s;
    machine.removed(now);
    EXPECT_EQ(machine.state(), State::empty);
    for (int i = 0; i < 5; ++i) live(1s);
    EXPECT_EQ(machine.state(), State::empty);
}

TEST_F(AFlappingSlot, IsEmptyWhenTheBoardDidNotComeBack)
{
    flap_until_left_alone();
    wake_up();
    EXPECT_EQ(machine.state(), State::empty);
    EXPECT_FALSE(machine.wake_at());
}

TEST_F(AFlappingSlot, StartsAtOnceWhenAPersonSaysSo)
{
    flap_until_left_alone();
    machine.added(now);
    machine.start();
    EXPECT_EQ(machine.state(), State::opening);
}

} // namespace
