#include "services/bridged/rfc2217_client.hpp"

/// DTR and RTS of a board whose VID:PID says that it has the two-transistor circuit.
namespace {

using namespace bridged_tests;
using contract::SlotState;
using testing::ElementsAre;

const auto dtr_on = sub({5, 8}), dtr_off = sub({5, 9}), rts_on = sub({5, 11}),
           rts_off = sub({5, 12});
const auto dtr_is_on = sub({105, 8}), dtr_is_off = sub({105, 9}), rts_is_on = sub({105, 11}),
           rts_is_off = sub({105, 12});

class AnEspBoard : public AnRfc2217Client {
protected:
    std::vector<std::string> since(std::size_t place)
    {
        const auto& history = tty().history;
        return {history.begin() + static_cast<std::ptrdiff_t>(place), history.end()};
    }
};

TEST_F(AnEspBoard, LeavesResetWithBothLinesInOne)
{
    const auto begin = tty().history.size();
    expect(rts_on, rts_is_on);
    expect(dtr_on, dtr_is_on);
    EXPECT_FALSE(tty().dtr) << "acknowledged and held";
    expect(sub({5, 7}), dtr_is_on);
    EXPECT_TRUE(slot->state().lines.dtr);
    expect(rts_off, rts_is_off);
    expect(dtr_off, dtr_is_off);
    EXPECT_THAT(since(begin), ElementsAre("lines RTS=1", "lines DTR=1 RTS=0", "lines DTR=0"));
}

TEST_F(AnEspBoard, GetsAHeldLineAfterASecond)
{
    expect(rts_on + dtr_on, rts_is_on + dtr_is_on);
    EXPECT_TRUE(run_until([&] { return tty().dtr && tty().rts; }));
}

TEST_F(AnEspBoard, IsIdleInOneStepWhenItsClientHasGone)
{
    expect(dtr_on + rts_on, dtr_is_on + rts_is_on);
    const auto begin = tty().history.size();
    client->finish();
    EXPECT_TRUE(run_until([&] { return tty().history.size() > begin && !tty().dtr; }));
    EXPECT_THAT(since(begin), testing::Contains("lines DTR=0 RTS=0"));
    EXPECT_FALSE(tty().rts);
}

TEST_F(AnEspBoard, IsLetGoByAClientWhoseLinesWereStillToBeSet)
{
    tty().takes_bytes = false;
    client->send("data" + rts_on);
    run_what_is_ready();
    client->reset();
    EXPECT_TRUE(run_until([&] { return is(SlotState::idle); }));
    tty().takes_bytes = true;
    tty().release();
    EXPECT_TRUE(run_until([&] { return tty().history.back() == "lines DTR=0 RTS=0"; }));
    EXPECT_FALSE(tty().rts) << "or it would stand still";
}

TEST_F(AnEspBoard, IsFreeForTheNextClientThoughItTookNoneOfTheLastOnesBytes)
{
    tty().takes_bytes = false;
    tty().drain_is_stuck = true;
    client->send("never taken" + sub({1, 0, 0x0E, 0x10, 0}));
    EXPECT_TRUE(run_until([&] { return slot->line().unsent() > 0; }));
    client->reset();
    EXPECT_TRUE(run_until([&] { return is(SlotState::idle); }));
    tty().drain_is_stuck = false;
    EXPECT_TRUE(run_until([&] { return slot->line().unsent() == 0; }));
    EXPECT_TRUE(run_until([&] { return slot->state().settings.baud == 115200; }));
}

TEST_F(AnEspBoard, IsSentWhatTheNextClientHasWrittenWhenTheLastOnesBytesAreDropped)
{
    tty().takes_bytes = false;
    client->send("never taken");
    EXPECT_TRUE(run_until([&] { return slot->line().unsent() > 0; }));
    client->reset();
    EXPECT_TRUE(run_until([&] { return is(SlotState::idle); }));
    const auto next = connect();
    next->send("kept");
    EXPECT_TRUE(run_until([&] { return tty().history.back() == "lines DTR=0 RTS=0"; }));
    tty().takes_bytes = true;
    tty().release();
    EXPECT_TRUE(run_until([&] { return tty().written == "kept"; })) << tty().written;
}

TEST_F(AnEspBoard, IsResetWithLocalTiming)
{
    const auto begin = tty().history.size();
    bool done = false;
    slot->reset([&](std::error_code fault) { done = !fault; });
    EXPECT_TRUE(run_until([&] { return done; }));
    EXPECT_THAT(since(begin), ElementsAre("lines DTR=0 RTS=1", "lines DTR=0 RTS=0"));
}

TEST_F(AnEspBoard, EntersTheBootloaderWithLocalTiming)
{
    const auto begin = tty().history.size();
    bool done = false;
    slot->enter_bootloader([&](std::error_code fault) { done = !fault; });
    EXPECT_TRUE(run_until([&] { return done; }));
    EXPECT_THAT(since(begin),
                ElementsAre("lines DTR=0 RTS=1", "lines DTR=1 RTS=0", "lines DTR=0 RTS=0"));
}

TEST_F(AnEspBoard, IsSentABreakThatEndsByItself)
{
    bool done = false;
    slot->send_break(20ms, [&](std::error_code fault) { done = !fault; });
    EXPECT_TRUE(run_until([&] { return tty().break_on; }));
    EXPECT_FALSE(done);
    EXPECT_TRUE(slot->is_breaking());
    EXPECT_TRUE(run_until([&] { return done; }));
    EXPECT_FALSE(tty().break_on);
    EXPECT_FALSE(slot->is_breaking());
}

TEST_F(AnEspBoard, ThatIsStoppedIsLeftWithoutABreak)
{
    bool done = false;
    slot->send_break(20ms, [&](std::error_code) { done = true; });
    EXPECT_TRUE(run_until([&] { return tty().break_on; }));
    slot->stop([] {});
    EXPECT_TRUE(run_until([&] { return is(SlotState::stopped); }));
    EXPECT_FALSE(tty().break_on);
    EXPECT_TRUE(run_until([&] { return done; }));
    EXPECT_FALSE(slot->is_breaking());
}

TEST_F(AnEspBoard, EndsASequenceWithAnErrorWhenItIsUnpluggedMeanwhile)
{
    std::optional<std::error_code> result;
    slot->reset([&](std::error_code fault) { result = fault; });
    run_what_is_ready();
    ttys.unplug(devnode);
    slot->device_removed(device());
    EXPECT_TRUE(run_until([&] { return result.has_value(); }));
    EXPECT_EQ(*result, std::errc::operation_canceled);
}

TEST_F(AnEspBoard, GetsWhatWasAskedForWhileItWasOpenedAgain)
{
    ttys.unplug(devnode);
    slot->device_removed(device());
    EXPECT_TRUE(run_until([&] { return is(SlotState::away); }));
    ttys.plug(devnode).open_is_stuck = true;
    slot->device_added(device());
    EXPECT_TRUE(run_until([&] { return is(SlotState::opening); }));
    expect(sub({1, 0, 0x0E, 0x10, 0}) + rts_on, sub({101, 0, 0x0E, 0x10, 0}) + rts_is_on);
    tty().open_is_stuck = false;
    tty().release();
    EXPECT_TRUE(run_until([&] { return is(SlotState::in_use); }));
    EXPECT_TRUE(run_until([&] { return tty().settings.baud == 921600 && tty().rts; }));
}

TEST_F(AnEspBoard, IsIdleWhenItsClientLeftWhileItWasOpenedAgain)
{
    expect(sub({1, 0, 0x0E, 0x10, 0}) + rts_on, sub({101, 0, 0x0E, 0x10, 0}) + rts_is_on);
    ttys.unplug(devnode);
    slot->device_removed(device());
    ttys.plug(devnode).open_is_stuck = true;
    slot->device_added(device());
    EXPECT_TRUE(run_until([&] { return is(SlotState::opening); }));
    client->finish();
    EXPECT_TRUE(run_until([&] { return !slot->state().client; }));
    tty().open_is_stuck = false;
    tty().release();
    EXPECT_TRUE(run_until([&] { return is(SlotState::idle); }));
    EXPECT_TRUE(run_until([&] { return tty().settings.baud == 115200 && !tty().rts; }));
}

} // namespace
