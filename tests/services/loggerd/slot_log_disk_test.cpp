// What a disk does to a log: kills at every instant, refusals, records that are gone.

#include <gmock/gmock.h>

#include "log_bench.hpp"

namespace loggerd {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

/// A minute of a board's life, in steps, with a loggerd that is killed at one operation of its
/// disk. Returns whether it was.
bool live(LogBench& bench, long kill_at, std::string& rx, std::string& tx)
{
    bench.disk.kill_at = kill_at;
    bool killed = false;
    const auto survive = [&](auto&& step) {
        try {
            step();
        } catch (const Killed&) {
            killed = true;
            bench.disk.kill_at = -1;
            bench.pass(500ms);
            bench.start();
        }
    };
    for (int i = 0; i < 40; ++i) {
        const auto number = std::to_string(i);
        bench.rx("line " + number + "\npart");
        bench.tx("command " + number + "\n> ");
        rx += "line " + number + "\npart";
        tx += "command " + number + "\n> ";
        if (i % 10 == 3) bench.info("DTR ON");
        bench.pass(i == 20 ? 6h : 130ms); // across midnight
        survive([&] { bench.read(i % 2 == 0 ? 20 : 1000); });
        if (i % 7 == 6) survive([&] { bench.quiet(); });
    }
    survive([&] { bench.read(); });
    survive([&] { bench.quiet(); });
    return killed;
}

TEST(SlotLogKilled, AtAnyInstantNeitherLosesNorRepeatsAByte)
{
    long kills = 0;
    for (long at = 1;; ++at) {
        LogBench bench;
        std::string rx, tx;
        if (!live(bench, at, rx, tx)) break;
        bench.read();
        bench.quiet();
        ASSERT_EQ(bench.received(), rx) << "killed at operation " << at;
        ASSERT_EQ(bench.sent(), tx) << "killed at operation " << at;
        ASSERT_THAT(bench.infos(), Not(Contains(HasSubstr("lost")))) << at;
        const auto infos = bench.infos();
        ASSERT_EQ(std::ranges::count(infos, "DTR ON"), 4) << at;
        ++kills;
    }
    EXPECT_GT(kills, 100);
}

TEST(SlotLogKilled, WhileItSaysWhatIsMissingRepeatsNothing)
{
    for (const bool anew : {true, false}) {
        for (long at = 1; at < 40; ++at) {
            LogBench bench;
            bench.rx("before\nhalf");
            bench.read();
            if (anew) bench.ring.begin_anew("00000000000000bb");
            bench.ring.capacity = 300;
            for (int i = 0; i < 6; ++i) bench.rx(std::string(99, 'x') + "\n");
            bench.disk.kill_at = bench.disk.operations + at;
            try {
                bench.read(100);
            } catch (const Killed&) {
                bench.disk.kill_at = -1;
                bench.start();
                bench.read();
            }
            const auto lines = bench.texts("RX");
            ASSERT_EQ(std::ranges::count(lines, std::string(99, 'x')), 3) << anew << " " << at;
            ASSERT_LE(std::ranges::count(lines, "half"), 1) << anew << " " << at;
            ASSERT_THAT(bench.infos(), Contains(HasSubstr(" bytes lost"))) << anew << " " << at;
        }
    }
}

TEST(SlotLogKilled, WouldRepeatIfFilesWereNotCutBack)
{
    bool repeated = false;
    for (long at = 1; !repeated; ++at) {
        LogBench bench;
        bench.disk.forgets_to_truncate = true;
        std::string rx, tx;
        ASSERT_TRUE(live(bench, at, rx, tx)) << "this test would not notice";
        bench.read();
        bench.quiet();
        repeated = bench.received() != rx;
    }
}

TEST(SlotLogKilled, KeepsTheTailWhenHistoryNoLongerCovers)
{
    LogBench bench;
    bench.ring.capacity = 400;
    bench.read();
    bench.pass(2s);
    bench.rx("recorded\n");
    bench.read();
    bench.pass(100ms); // too soon for another record
    bench.rx("only in the file\n");
    bench.read();
    bench.start();
    for (int i = 0; i < 10; ++i) bench.rx(std::string(99, 'x') + "\n");
    bench.read();
    EXPECT_THAT(bench.texts("RX"), Contains("only in the file"));
    EXPECT_THAT(bench.infos(), Contains(HasSubstr(" bytes lost (log was down from ")));
}

TEST(SlotLogKilled, EndsALineThatAPowerCutToreAsCut)
{
    LogBench bench;
    const std::string file = "FT232R_USB_UART_A5069RR4_2026-02-03.log";
    bench.disk.files[file] = "[2026-02-03 10:00:00.000] [RX] to";
    bench.rx("new\n");
    bench.read();
    EXPECT_THAT(bench.disk.files[file], HasSubstr("[RX] to\\\n[2026-02-03"));
    EXPECT_THAT(bench.received(), "tonew\n");
}

TEST(SlotLogDisk, LosesAndRepeatsNothingWhenItWasFull)
{
    LogBench bench;
    bench.rx("before\nbe");
    bench.read();
    bench.disk.refuse_with = ENOSPC;
    bench.rx("tween\n");
    for (int i = 0; i < 3; ++i) EXPECT_FALSE(bench.read());
    EXPECT_FALSE(bench.quiet(5s) && bench.read());
    EXPECT_EQ(bench.log().state().fault.value_or(""),
              "write FT232R_USB_UART_A5069RR4_2026-02-03.log: No space left on device");
    bench.disk.refuse_with = 0;
    bench.rx("after\n");
    EXPECT_TRUE(bench.read());
    EXPECT_EQ(bench.received(), "before\nbetween\nafter\n");
    EXPECT_EQ(bench.told.faults.size(), 1u) << "said once";
    EXPECT_EQ(bench.told.faults_over, 1);
    EXPECT_EQ(bench.log().state().fault, std::nullopt);
}

TEST(SlotLogDisk, KilledWhileFullIsNoWorse)
{
    LogBench bench;
    bench.rx("before\n");
    bench.read();
    bench.disk.refuse_with = ENOSPC;
    bench.rx("between\n");
    EXPECT_FALSE(bench.read());
    bench.start();
    EXPECT_FALSE(bench.read());
    bench.disk.refuse_with = 0;
    EXPECT_TRUE(bench.read());
    EXPECT_EQ(bench.received(), "before\nbetween\n");
}

TEST(SlotLogDisk, LogsEvenIfItsOwnRecordIsRefused)
{
    LogBench bench;
    bench.disk.refuse_records_with = EACCES;
    bench.rx("a\n");
    EXPECT_TRUE(bench.read());
    EXPECT_EQ(bench.received(), "a\n");
    EXPECT_THAT(bench.log().state().fault.value_or(""), HasSubstr("Permission denied"));
    bench.disk.refuse_records_with = 0;
    bench.pass(2s);
    bench.rx("b\n");
    EXPECT_TRUE(bench.read());
    bench.pass(2s);
    bench.log().upkeep(bench.now());
    EXPECT_TRUE(bench.disk.records.contains("A"));
    bench.start();
    bench.read();
    EXPECT_EQ(bench.received(), "a\nb\n");
}

TEST(SlotLogDisk, BeginsAnewWithADamagedRecordAndSaysSo)
{
    LogBench bench;
    bench.disk.records["A"] = "{\"format\":1";
    bench.start();
    bench.rx("a\n");
    EXPECT_TRUE(bench.read());
    EXPECT_EQ(bench.received(), "a\n");
    EXPECT_THAT(bench.told.faults, Contains(HasSubstr("the log begins anew")));
}

TEST(SlotLogDisk, SavesTheRecordAtMostOnceASecondAndSyncsEveryFive)
{
    LogBench bench;
    const std::string file = "FT232R_USB_UART_A5069RR4_2026-02-03.log";
    for (int i = 0; i < 100; ++i) {
        bench.rx("line\n");
        bench.read();
        bench.pass(100ms);
    }
    EXPECT_LE(bench.disk.saves, 13); // in 10 s, and one for a new file
    EXPECT_LE(bench.disk.syncs[file], 3);
    EXPECT_GE(bench.disk.syncs[file], 2);
    ASSERT_TRUE(bench.log().next_upkeep());
    bench.pass(5s);
    bench.log().upkeep(bench.now());
    EXPECT_FALSE(bench.log().next_upkeep());
}

TEST(SlotLogDisk, ASlotThatIsNoMoreLeavesItsLastWordsAndNoRecord)
{
    LogBench bench;
    bench.rx("last words");
    bench.read();
    bench.log().remove(bench.now());
    EXPECT_THAT(bench.texts("RX"), Contains("last words"));
    EXPECT_EQ(bench.infos().back(), "=== Log closed ===");
    EXPECT_TRUE(bench.disk.records.empty());
}

} // namespace
} // namespace loggerd
