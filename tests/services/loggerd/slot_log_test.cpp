#include <gmock/gmock.h>

#include "log_bench.hpp"

namespace loggerd {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const std::string file = "FT232R_USB_UART_A5069RR4_2026-02-03.log";

TEST(SlotLog, WritesLinesInTheOldFormToTheOldFile)
{
    LogBench bench;
    bench.read();
    bench.rx("hello\r\n");
    bench.pass(5ms);
    bench.info("Baudrate changed to 9600");
    bench.tx("AT\n");
    bench.read();
    EXPECT_EQ(bench.disk.files[file],
              "[2026-02-03 19:32:00.154] [INFO] === Log opened for FT232R_USB_UART_A5069RR4 ===\n"
              "[2026-02-03 19:32:00.154] [RX] hello\n"
              "[2026-02-03 19:32:00.159] [INFO] Baudrate changed to 9600\n"
              "[2026-02-03 19:32:00.159] [TX] AT\n");
}

TEST(SlotLog, TimesALineByTheReadThatBroughtIt)
{
    LogBench bench;
    bench.ring.rx(bench.wall, "one\ntwo\n", {{0, 0}, {4, 12'000}});
    bench.read();
    EXPECT_THAT(bench.disk.text(), HasSubstr("[2026-02-03 19:32:00.154] [RX] one\n"
                                             "[2026-02-03 19:32:00.166] [RX] two\n"));
}

TEST(SlotLog, WritesAPromptWhenItHasBeenQuiet)
{
    LogBench bench;
    bench.rx("login: ");
    bench.read();
    EXPECT_EQ(bench.log().next_quiet(), 200ms);
    bench.quiet();
    EXPECT_THAT(bench.disk.text(), HasSubstr("[RX] login: \\\n"));
    EXPECT_EQ(bench.log().next_quiet(), std::nullopt);
}

TEST(SlotLog, PutsALineIntoTheFileOfItsOwnDate)
{
    LogBench bench;
    bench.wall = *contract::parse_time("2026-02-03T23:59:59.950Z");
    bench.rx("late\nacross ");
    bench.pass(100ms);
    bench.rx("midnight\nearly\n");
    bench.read();
    EXPECT_THAT(bench.disk.files[file], HasSubstr("23:59:59.950] [RX] across midnight\n"));
    EXPECT_EQ(bench.disk.files["FT232R_USB_UART_A5069RR4_2026-02-04.log"],
              "[2026-02-04 00:00:00.050] [INFO] === Log opened for FT232R_USB_UART_A5069RR4 ===\n"
              "[2026-02-04 00:00:00.050] [RX] early\n");
}

TEST(SlotLog, SurvivesAClockThatStepsBackADay)
{
    LogBench bench;
    bench.rx("today\n");
    bench.read();
    bench.wall -= 24h;
    bench.rx("yesterday\n");
    bench.read();
    EXPECT_THAT(bench.disk.files["FT232R_USB_UART_A5069RR4_2026-02-02.log"],
                HasSubstr("[RX] yesterday\n"));
}

TEST(SlotLog, SaysHowMuchHistoryDroppedAndCutsTheLineThere)
{
    LogBench bench;
    bench.ring.capacity = 1000;
    bench.rx("begin");
    bench.read();
    bench.pass(10s);
    for (int i = 0; i < 20; ++i) bench.rx(std::string(99, 'x') + "\n");
    bench.read();
    EXPECT_THAT(bench.texts("RX").front(), "begin");
    EXPECT_THAT(bench.infos(), Contains("1000 bytes lost (log was down from 2026-02-03 "
                                        "19:32:00.154 to 2026-02-03 19:32:10.154)"));
    EXPECT_EQ(bench.log().counters().lost_bytes, 1000u);
}

TEST(SlotLog, SaysThatBytesMayBeMissingWhenHistoryBeganAnew)
{
    LogBench bench;
    bench.rx("half");
    bench.read();
    bench.ring.begin_anew("00000000000000bb");
    bench.pass(1s);
    bench.rx("new\n");
    bench.read();
    EXPECT_THAT(bench.infos(),
                Contains("bridge restarted; bytes between 2026-02-03 19:32:00.154 and "
                         "2026-02-03 19:32:01.154 may be missing"));
    EXPECT_THAT(bench.texts("RX"), ElementsAre("half", "new"));
    EXPECT_EQ(bench.log().cursor().stamp.epoch, "00000000000000bb");
}

TEST(SlotLog, SaysNothingOfARestartAtItsVeryFirstStart)
{
    LogBench bench;
    bench.ring.capacity = 10;
    bench.rx("0123456789");
    bench.rx("abcdefg\n");
    bench.read();
    EXPECT_THAT(bench.infos(), Contains("10 bytes lost before the log began"));
    EXPECT_THAT(bench.infos(), Not(Contains(HasSubstr("bridge restarted"))));
}

TEST(SlotLog, GivesANewBoardANewFileFromItsFirstLineOn)
{
    LogBench bench;
    bench.rx("old");
    bench.read();
    auto other = ft232();
    other.serial = "B0000001";
    bench.rx(" board\nunfinished");
    bench.info("Closed /dev/ttyUSB0");
    bench.set_board(other);
    bench.info("Opened /dev/ttyUSB0 at 115200 baud");
    bench.rx("new board\n");
    bench.read();
    const auto& first = bench.disk.files[file];
    const auto& second = bench.disk.files["FT232R_USB_UART_B0000001_2026-02-03.log"];
    EXPECT_THAT(first, AllOf(HasSubstr("old board\n"), HasSubstr("unfinished\\\n"),
                             HasSubstr("=== Log closed ===\n"), Not(HasSubstr("new board"))));
    EXPECT_THAT(second, HasSubstr("=== Log opened for FT232R_USB_UART_B0000001 ===\n"
                                  "[2026-02-03 19:32:00.154] [INFO] Opened /dev/ttyUSB0"));
    EXPECT_THAT(second, HasSubstr("new board\n"));
}

TEST(SlotLog, ABoardThatComesBackGoesOnInItsFileWithoutCeremony)
{
    LogBench bench;
    bench.rx("a\n");
    bench.read();
    bench.set_board({});
    bench.read();
    bench.set_board(ft232());
    bench.rx("b\n");
    bench.read();
    EXPECT_THAT(bench.infos(), ElementsAre(HasSubstr("=== Log opened for")));
    EXPECT_EQ(bench.received(), "a\nb\n");
}

TEST(SlotLog, WritesNothingForASlotThatNeverHadABoard)
{
    LogBench bench;
    bench.set_board({});
    bench.board.reset();
    bench.disk = {};
    bench.start();
    bench.read();
    bench.quiet();
    EXPECT_TRUE(bench.disk.files.empty());
}

TEST(SlotLog, KeepsWhatIsUnfinishedForTheNextStart)
{
    LogBench bench;
    bench.rx("one\nhalf a ");
    bench.read();
    bench.log().close(bench.now());
    EXPECT_THAT(bench.disk.text(), Not(HasSubstr("half")));
    bench.start();
    bench.rx("line\n");
    bench.read();
    EXPECT_THAT(bench.texts("RX"), ElementsAre("one", "half a line"));
    EXPECT_THAT(bench.infos(),
                ElementsAre(HasSubstr("opened"), "=== Log closed ===", HasSubstr("opened")));
}

TEST(SlotLog, TellsBootsAndCrashesAndCountsThemForGood)
{
    LogBench bench;
    bench.rx("ets Jun  8 2016 00:22:57\n\nrst:0x1 (POWERON_RESET),boot:0x13\nI (1) hello\n"
             "Guru Meditation Error: Core  0 panic'ed (LoadProhibited)\nBacktrace: 0x4:0x5\n");
    bench.read();
    EXPECT_THAT(bench.told.alerts, IsEmpty()) << "its dump may go on";
    bench.quiet(3s);
    ASSERT_EQ(bench.told.boots.size(), 1u);
    EXPECT_EQ(bench.told.boots[0].reason, "rst:0x1 (POWERON_RESET)");
    ASSERT_EQ(bench.told.alerts.size(), 1u);
    EXPECT_EQ(bench.told.alerts[0].rule, "crash");
    EXPECT_EQ(bench.told.alerts[0].context.back(), "I (1) hello");
    EXPECT_EQ(bench.told.alerts[0].serial_seq, 1u);
    EXPECT_THAT(bench.told.alerts[0].dump, ElementsAre("Backtrace: 0x4:0x5"));
    bench.log().close(bench.now());
    bench.start();
    EXPECT_EQ(bench.log().counters(), (Counters{6, 0, 1, 1}));
}

TEST(SlotLog, LetsGoOfItsNameWhenABoardThatWasPulledInMidLineIsQuiet)
{
    LogBench bench;
    bench.rx("half a li");
    bench.read();
    bench.set_board({});
    bench.read();
    EXPECT_FALSE(bench.is_free("FT232R_USB_UART_A5069RR4")) << "its end may be on its way";
    bench.quiet();
    EXPECT_THAT(bench.texts("RX"), ElementsAre("half a li"));
    EXPECT_TRUE(bench.is_free("FT232R_USB_UART_A5069RR4"));
    const auto record = parse_checkpoint(bench.disk.records["A"], "record");
    EXPECT_EQ(record.name, "") << "and the next loggerd does not take it back";
    EXPECT_TRUE(record.files.empty());
}

TEST(SlotLog, KeepsItsNameWhileTheBoardIsThereHoweverQuiet)
{
    LogBench bench;
    bench.rx("half a li");
    bench.read();
    bench.quiet();
    EXPECT_FALSE(bench.is_free("FT232R_USB_UART_A5069RR4"));
}

TEST(SlotLog, KeepsColoursInTheFileAndNowhereElse)
{
    LogBench bench;
    bench.form.ansi = Ansi::keep;
    bench.start();
    bench.rx("\x1b[31mred\x1b[0m\x07\n");
    bench.read();
    EXPECT_THAT(bench.disk.text(), HasSubstr("[RX] \x1b[31mred\x1b[0m\\x07\n"));
    EXPECT_THAT(bench.told.lines, Contains("\\x1b[31mred\\x1b[0m\\x07"));
    EXPECT_EQ(bench.received(), "\x1b[31mred\x1b[0m\x07\n");
}

TEST(SlotLog, TakesAMalformedInfoForNothing)
{
    LogBench bench;
    bench.rx("a\n");
    auto [answer, events] = bench.ring.replay(bench.log().request());
    auto bad = events.front();
    bad.topic = "serial.info/A/";
    bad.header.stamp.seq = 2;
    answer.next_after_seq = 2;
    events.push_back(bad);
    EXPECT_TRUE(bench.log().take(answer, events, bench.now()));
    EXPECT_EQ(bench.log().cursor().stamp.seq, 2u);
}

} // namespace
} // namespace loggerd
