// A loggerd that is killed, at every instant, and what the next one makes of it.

#include <gmock/gmock.h>

#include "log_bench.hpp"

namespace loggerd {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

/// A minute of a board's life, in steps, with a loggerd that is killed at one operation of its
/// disk. Returns whether it was.
bool live(LogBench& bench, long kill_at, std::string& rx, std::string& tx)
{
    bench.disk.kill_at = kill_at;
    bool killed = false;
    const auto survive = [&](auto&& step) { killed |= bench.survive(step); };
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

TEST(SlotLogKilled, CutsNoFileThatIsAnotherSlotsByNow)
{
    const std::string file = "FT232R_USB_UART_A5069RR4_2026-02-03.log";
    const std::string of_b = "[2026-02-03 19:40:00.000] [RX] of slot B\n";
    for (const bool has_it_still : {true, false}) {
        LogBench bench;
        bench.rx("recorded\n");
        bench.read();
        bench.pass(2s);
        bench.log().upkeep(bench.now());
        bench.disk.files[file] += of_b;
        if (!has_it_still) disown("A", bench.disk); // the loggerd that saw B, and no A, did so
        bench.start(has_it_still ? "FT232R_USB_UART_A5069RR4" : "");
        bench.rx("more\n");
        EXPECT_TRUE(bench.read());
        EXPECT_THAT(bench.disk.files[file], HasSubstr("[RX] recorded\n" + of_b)) << has_it_still;
        EXPECT_EQ(bench.received(), "recorded\nof slot B\nmore\n") << has_it_still;
    }
}

/// A board that starts, crashes and says so in six lines, each read and recorded by itself.
void crash(LogBench& bench, int killed_after)
{
    int lines = 0;
    for (const char* line :
         {"ets Jun  8 2016 00:22:57\n", "I (1) hello\n", "I (2) world\n", "I (3) going\n",
          "Guru Meditation Error: Core  0 panic'ed (LoadProhibited)\n", "Backtrace: 0x4:0x5\n"}) {
        bench.rx(line);
        bench.read();
        bench.pass(2s);
        bench.log().upkeep(bench.now());
        if (++lines == killed_after) bench.start();
    }
    bench.read();
    bench.quiet(3s);
}

TEST(SlotLogKilled, InTheMiddleOfABootOrACrashSeesOneOfEach)
{
    for (int killed_after = 1; killed_after <= 6; ++killed_after) {
        LogBench bench;
        crash(bench, killed_after);
        const auto& counters = bench.log().counters();
        EXPECT_EQ(counters.boots, 1u) << killed_after;
        EXPECT_EQ(counters.crashes, 1u) << killed_after;
        ASSERT_EQ(bench.told.boots.size(), 1u) << killed_after;
        EXPECT_EQ(bench.told.boots[0].banner, "ets Jun  8 2016 00:22:57");
        ASSERT_EQ(bench.told.alerts.size(), 1u) << killed_after;
        EXPECT_THAT(
            bench.told.alerts[0].context,
            ElementsAre("ets Jun  8 2016 00:22:57", "I (1) hello", "I (2) world", "I (3) going"))
            << killed_after;
    }
}

} // namespace
} // namespace loggerd
