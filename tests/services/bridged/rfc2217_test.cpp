#include "services/bridged/rfc2217_client.hpp"

namespace {

using namespace bridged_tests;
using contract::SlotState;
using testing::ElementsAre;
using testing::HasSubstr;

TEST_F(AnRfc2217Client, IsShownAsSuch)
{
    EXPECT_EQ(slot->state().client->kind, "rfc2217");
}

TEST_F(AnRfc2217Client, IsAnsweredEachSettingOnceInOrderWithTheValueAskedFor)
{
    expect(sub({1, 0, 0x01, 0x24, 0x80}) + sub({2, 7}) + sub({3, 3}) + sub({4, 2}),
           sub({101, 0, 0x01, 0x24, 0x80}) + sub({102, 7}) + sub({103, 3}) + sub({104, 2}));
    EXPECT_EQ(fakes::to_text(tty().settings), "74880 7E2");
}

TEST_F(AnRfc2217Client, IsAnsweredTheValueInEffectWhenTheTtyRefuses)
{
    tty().configure_error = std::make_error_code(std::errc::invalid_argument);
    expect(sub({1, 0, 0x0E, 0x10, 0}), sub({101, 0, 0x01, 0xC2, 0}));
    expect(sub({3, 5}), sub({103, 1}));
}

TEST_F(AnRfc2217Client, QueriesWithZeroAndChangesNothing)
{
    const auto before = tty().history;
    expect(sub({1, 0, 0, 0, 0}) + sub({2, 0}) + sub({3, 0}) + sub({4, 0}) + sub({5, 0}) +
               sub({5, 4}) + sub({5, 7}) + sub({5, 10}) + sub({5, 13}),
           sub({101, 0, 0x01, 0xC2, 0}) + sub({102, 8}) + sub({103, 1}) + sub({104, 1}) +
               sub({105, 1}) + sub({105, 6}) + sub({105, 9}) + sub({105, 12}) + sub({105, 14}));
    EXPECT_EQ(tty().history, before);
}

TEST_F(AnRfc2217Client, SetsLinesBreakAndFlowControl)
{
    expect(sub({5, 8}) + sub({5, 11}) + sub({5, 5}) + sub({5, 3}),
           sub({105, 8}) + sub({105, 11}) + sub({105, 5}) + sub({105, 3}));
    EXPECT_TRUE(tty().dtr);
    EXPECT_TRUE(tty().rts);
    EXPECT_TRUE(tty().break_on);
    EXPECT_EQ(tty().settings.flow, serial::FlowControl::hardware);
    expect(sub({5, 9}) + sub({5, 12}) + sub({5, 6}) + sub({5, 1}),
           sub({105, 9}) + sub({105, 12}) + sub({105, 6}) + sub({105, 1}));
    EXPECT_FALSE(tty().dtr || tty().rts || tty().break_on);
}

TEST_F(AnRfc2217Client, FindsNoBreakOfTheOneBeforeThoughThatStillHasToEnd)
{
    expect(sub({5, 5}), sub({105, 5}));
    tty().takes_bytes = false; // the end waits behind this
    client->send("unsent");
    client->reset();
    ASSERT_TRUE(run_until([&] { return is(SlotState::idle); }));
    client = connect();
    agree(*client);
    expect(sub({5, 4}), sub({105, 6}));
    EXPECT_TRUE(tty().break_on);
}

TEST_F(AnRfc2217Client, IsAnsweredTheStateItAskedForWhereATtyHasNoLines)
{
    tty().lines_error = std::make_error_code(std::errc::inappropriate_io_control_operation);
    expect(sub({5, 8}) + sub({5, 7}), sub({105, 8}) + sub({105, 8}));
    expect(sub({5, 5}) + sub({5, 4}), sub({105, 5}) + sub({105, 5}));
    EXPECT_TRUE(slot->state().lines.dtr);
}

TEST_F(AnRfc2217Client, PurgesAndIsAnswered)
{
    expect(sub({12, 1}) + sub({12, 2}) + sub({12, 3}),
           sub({112, 1}) + sub({112, 2}) + sub({112, 3}));
}

TEST_F(AnRfc2217Client, LearnsWhoWeAre)
{
    client->send(sub({0}));
    EXPECT_TRUE(run_until([&] { return client->received.ends_with("ESP32 A\xff\xf0"); }));
    EXPECT_THAT(client->received, HasSubstr("rfc2217"));
}

TEST_F(AnRfc2217Client, GetsNoAnswerToWhatIsNoCommand)
{
    expect(sub({13, 1}) + sub({99}) + sub({101, 0, 0, 0, 1}) + sub({1, 5}) + sub({}) +
               bytes({0xFF, 0xFA, 24, 1, 0xFF, 0xF0}) + sub({2, 8}),
           sub({102, 8}));
}

TEST_F(AnRfc2217Client, IsThereWhenAskedWhetherWeAre)
{
    expect(bytes({0xFF, 0xF6}), bytes({0xFF, 0xF1}));
}

TEST_F(AnRfc2217Client, HasItsIacsUndoubledOneWayAndDoubledTheOther)
{
    client->send(bytes({'a', 0xFF, 0xFF, 'b', 0xFF, 0xFF}));
    EXPECT_TRUE(run_until([&] { return tty().written == bytes({'a', 0xFF, 'b', 0xFF}); }));
    tty().receive(bytes({0xFF, 'c', 0xFF}));
    const auto doubled = bytes({0xFF, 0xFF, 'c', 0xFF, 0xFF});
    EXPECT_TRUE(run_until([&] { return client->received == doubled; }));
}

TEST_F(AnRfc2217Client, HasItsDataWrittenBeforeTheChangeThatFollowsIt)
{
    expect("old" + sub({1, 0, 0x0E, 0x10, 0}) + "new", sub({101, 0, 0x0E, 0x10, 0}));
    EXPECT_TRUE(run_until([&] { return tty().written == "oldnew"; }));
    const auto& history = tty().history;
    EXPECT_THAT((std::vector<std::string>{history.end() - 3, history.end()}),
                ElementsAre("write old", "configure 921600 8N1", "write new"));
}

TEST_F(AnRfc2217Client, SuspendsAndResumesTheOutput)
{
    client->send(sub({8}));
    expect(sub({7}), sub({107, 0}));
    tty().receive("held");
    run_what_is_ready();
    expect(sub({7}), sub({107, 0}));
    client->received.clear();
    client->send(sub({9}));
    EXPECT_TRUE(run_until([&] { return client->received == "held"; }));
}

TEST_F(AnRfc2217Client, IsAnsweredInTimeEvenWhenTheTtyNeedsLonger)
{
    tty().drain_is_stuck = true;
    expect("data" + sub({1, 0, 0x0E, 0x10, 0}) + sub({2, 0}),
           sub({101, 0, 0x0E, 0x10, 0}) + sub({102, 8}));
    EXPECT_EQ(tty().settings.baud, 115200u) << "it is still draining";
    tty().drain_is_stuck = false;
    tty().release();
    EXPECT_TRUE(run_until([&] { return slot->state().settings.baud == 921600; }));
    run_what_is_ready();
    EXPECT_EQ(client->received.size(), (sub({101, 0, 0x0E, 0x10, 0}) + sub({102, 8})).size());
}

TEST_F(AnRfc2217Client, KeepsItsConnectionAndSettingsWhenTheBoardComesBackInTime)
{
    expect(sub({1, 0, 0x0E, 0x10, 0}), sub({101, 0, 0x0E, 0x10, 0}));
    ttys.unplug(devnode);
    slot->device_removed(device());
    EXPECT_TRUE(run_until([&] { return is(SlotState::away); }));
    expect(sub({3, 3}), sub({103, 3}));
    client->send("kept");

    ttys.plug(devnode);
    slot->device_added(device());
    EXPECT_TRUE(run_until([&] { return is(SlotState::in_use); }));
    EXPECT_TRUE(run_until([&] { return tty().written == "kept"; }));
    EXPECT_EQ(fakes::to_text(tty().settings), "921600 8E1");
    tty().receive("back");
    EXPECT_TRUE(run_until([&] { return client->received.ends_with("back"); }));
}

} // namespace
