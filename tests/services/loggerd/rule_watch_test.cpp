#include "loggerd/rule_watch.hpp"

#include <gmock/gmock.h>

#include "log_bench.hpp"
#include "watch_bench.hpp"

namespace loggerd {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

std::vector<std::string> told_by(const std::vector<contract::AlertReport>& alerts)
{
    std::vector<std::string> rules;
    for (const auto& alert : alerts) rules.push_back(alert.rule);
    return rules;
}

TEST(RuleWatch, AMatchIsToldAtOnceWithTheLinesBeforeIt)
{
    WatchBench bench{rules_of(R"({"rules": [{"name": "door", "pattern": "door \\d+ open"}]})")};
    bench.print("I (1) a\nI (2) b\n\\x1b[0;33mW (3) door 7 open\\x1b[0m\n");
    ASSERT_THAT(told_by(bench.found.alerts), ElementsAre("door"));
    const auto& alert = bench.found.alerts[0];
    EXPECT_EQ(alert.text, "\\x1b[0;33mW (3) door 7 open\\x1b[0m") << "as it is in the log";
    EXPECT_THAT(alert.context, ElementsAre("I (1) a", "I (2) b"));
    EXPECT_EQ(alert.id(), "9f86d081884c7d65-3-door");
}

TEST(RuleWatch, PatternsDoNotSeeColours)
{
    WatchBench bench{rules_of(R"({"rules": [{"name": "x", "pattern": "^W .*open$"}]})")};
    bench.line("\\x1b[0;33mW (3) door 7 open\\x1b[0m\\x0d");
    EXPECT_THAT(bench.found.alerts, SizeIs(1));
}

TEST(RuleWatch, ARateHoldsBackAndCountsWhatItHeldBack)
{
    WatchBench bench{rules_of(R"({"rules": [{"name": "x", "pattern": "x", "every_s": 10}]})")};
    for (int i = 0; i < 5; ++i) bench.line("x");
    EXPECT_THAT(bench.found.alerts, SizeIs(1));
    bench.time += 10s;
    bench.line("x");
    ASSERT_THAT(bench.found.alerts, SizeIs(2));
    EXPECT_EQ(bench.found.alerts[1].held_back, 4u);
    bench.time -= 1h; // a clock that was set back holds nothing back for an hour
    bench.line("x");
    EXPECT_THAT(bench.found.alerts, SizeIs(3));
}

TEST(RuleWatch, ARuleIsForItsSlotsOnly)
{
    WatchBench bench{rules_of(R"({"rules": [{"name": "x", "pattern": "x", "slots": ["B"]},
                                            {"name": "y", "pattern": "x", "slots": ["A"]}]})")};
    bench.line("x");
    EXPECT_THAT(told_by(bench.found.alerts), ElementsAre("y"));
}

TEST(RuleWatch, CrashesThatAreSwitchedOffAreCountedAllTheSame)
{
    WatchBench bench{rules_of(R"({"rules": [{"name": "crash", "enabled": false}]})")};
    bench.print("abort() was called at PC 0x400d1234 on core 0\nRebooting...\n");
    EXPECT_THAT(bench.found.alerts, IsEmpty());
    EXPECT_EQ(bench.found.crashes_begun, 1u);
}

constexpr auto silence = R"({"rules": [{"name": "silence", "silence_s": 60}]})";

/// Lets the log look after itself until then, as SlotReader does.
void pass(LogBench& bench, std::chrono::seconds time)
{
    const auto end = bench.steady + time;
    for (auto next = bench.log().next_upkeep(); next && *next <= end;
         next = bench.log().next_upkeep()) {
        const auto wait = std::max(*next - bench.steady, std::chrono::nanoseconds{0});
        bench.pass(std::chrono::ceil<milliseconds>(wait));
        bench.log().upkeep(bench.now());
    }
    bench.pass(std::chrono::ceil<milliseconds>(end - bench.steady));
}

TEST(RuleWatch, SilenceAlarmsOnceUntilTheBoardSpeaksAgain)
{
    LogBench bench;
    bench.rules = rules_of(silence);
    bench.start();
    bench.log().set_listening(true);
    bench.rx("hello\n");
    bench.read();
    pass(bench, 59s);
    EXPECT_THAT(bench.told.alerts, IsEmpty());
    pass(bench, 2s);
    ASSERT_THAT(told_by(bench.told.alerts), ElementsAre("silence"));
    EXPECT_EQ(bench.told.alerts[0].text, "nothing for 60 s");
    EXPECT_EQ(bench.told.alerts[0].serial_seq, bench.log().cursor().stamp.seq);
    pass(bench, 600s);
    bench.start(); // killed: it knows that it has told
    bench.log().set_listening(true);
    bench.read();
    pass(bench, 600s);
    EXPECT_THAT(bench.told.alerts, SizeIs(1));
    bench.rx("again");
    bench.read();
    pass(bench, 61s);
    EXPECT_THAT(bench.told.alerts, SizeIs(2));
}

TEST(RuleWatch, NoSilenceOfABoardThatCannotBeHeard)
{
    LogBench bench;
    bench.rules = rules_of(silence);
    bench.start();
    bench.read();
    pass(bench, 600s);
    EXPECT_THAT(bench.told.alerts, IsEmpty());
    bench.log().set_listening(true); // plugged in: its minute begins
    pass(bench, 59s);
    EXPECT_THAT(bench.told.alerts, IsEmpty());
    pass(bench, 2s);
    EXPECT_THAT(bench.told.alerts, SizeIs(1));
}

} // namespace
} // namespace loggerd
