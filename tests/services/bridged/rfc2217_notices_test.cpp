#include "services/bridged/rfc2217_client.hpp"

namespace {

using namespace bridged_tests;

TEST_F(AnRfc2217Client, PollsTheModemStateAndIsToldOfChangesUnderItsMask)
{
    tty().set_inputs({.cts = true, .dsr = false, .ri = false, .dcd = false});
    expect_told(sub({107, 0x11}));
    expect(sub({7}), sub({107, 0x10}));
    expect(sub({11, 0}), sub({111, 0}));
    client->received.clear();
    tty().set_inputs({.cts = false, .dsr = true, .ri = false, .dcd = false});
    expect(sub({7}), sub({107, 0x20}));
    expect(sub({11, 0xFF, 0xFF}), sub({111, 0xFF, 0xFF}));
}

TEST_F(AnRfc2217Client, IsToldOfModemStateOnlyTheBitsOfItsMask)
{
    expect(sub({11, 0xF0}), sub({111, 0xF0}));
    client->received.clear();
    tty().set_inputs({.cts = true, .dsr = true, .ri = false, .dcd = false});
    expect_told(sub({107, 0x30}));
    expect(sub({11, 0x08}), sub({111, 0x08}));
    client->received.clear();
    tty().set_inputs({.cts = false, .dsr = true, .ri = false, .dcd = true});
    expect_told(sub({107, 0x08}));
}

TEST_F(AnRfc2217Client, IsToldOfLineErrorsOnceItAskedForThem)
{
    tty().board_line_errors({.overrun = true, .framing = true, .break_detected = true});
    expect(sub({10, 0x18}), sub({110, 0x18})); // nothing before: the mask is 0 at first
    client->received.clear();
    tty().board_line_errors({.overrun = true});
    tty().board_line_errors({.overrun = true, .framing = true, .break_detected = true});
    expect_told(sub({106, 0x18}));
}

TEST_F(AnRfc2217Client, IsToldToWaitWithItsDataWhileTheTtyTakesNone)
{
    tty().takes_bytes = false;
    client->send_all(std::string(200'000, 'x'));
    expect_told(sub({108}));
    tty().takes_bytes = true;
    tty().release();
    EXPECT_TRUE(run_until([&] { return tty().written.size() == 200'000; }));
    EXPECT_THAT(client->received, testing::EndsWith(sub({109})));
}

TEST_F(AnRfc2217Client, SendsABreakWithTelnetsOwnCommandBetweenItsData)
{
    client->send("before" + bytes({0xFF, 0xF3}) + "after");
    EXPECT_TRUE(run_until([&] { return tty().written == "beforeafter"; }));
    const auto& history = tty().history;
    EXPECT_THAT((std::vector<std::string>{history.end() - 4, history.end()}),
                testing::ElementsAre("write before", "break on", "break off", "write after"));
}

TEST_F(AnRfc2217Client, WaitsForAStuckTtyOnceAndNotForEachSettingThatItSends)
{
    tty().drain_is_stuck = true;
    std::string settings, answers;
    for (int i = 0; i < 6; ++i) { // one deadline after the other would be over the test's
        settings += sub({2, 7}) + sub({3, 3}) + sub({2, 8}) + sub({3, 1});
        answers += sub({102, 7}) + sub({103, 3}) + sub({102, 8}) + sub({103, 1});
    }
    expect("data" + settings, answers);
    tty().drain_is_stuck = false;
    tty().release();
    EXPECT_TRUE(run_until([&] { return fakes::to_text(tty().settings) == "115200 8N1"; }));
}

TEST_F(AnRfc2217Client, IsAnsweredAtOnceWhenNothingChanges)
{
    const auto before = tty().history;
    expect(sub({1, 0, 0x01, 0xC2, 0}) + sub({2, 8}) + sub({3, 1}) + sub({4, 1}),
           sub({101, 0, 0x01, 0xC2, 0}) + sub({102, 8}) + sub({103, 1}) + sub({104, 1}));
    EXPECT_EQ(tty().history, before) << "nobody has to wait for the output to be sent";
}

TEST_F(AnRfc2217Client, HasWhatItPurgesRecordedAllTheSame)
{
    const auto before = slot->counters()["rx_bytes"].get<std::uint64_t>();
    client->send(sub({8})); // so that it stays queued
    expect(sub({7}), sub({107, 0}));
    tty().receive("to be purged");
    run_what_is_ready();
    client->send(sub({12, 1}) + sub({9}));
    expect(sub({7}), sub({112, 1}) + sub({107, 0}));
    EXPECT_EQ(slot->counters()["rx_bytes"], before + 12);
    tty().receive("new");
    EXPECT_TRUE(run_until([&] { return client->received.ends_with("new"); }));
    EXPECT_THAT(client->received, testing::Not(testing::HasSubstr("to be")));
}

} // namespace
