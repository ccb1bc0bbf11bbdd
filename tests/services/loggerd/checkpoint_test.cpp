#include "loggerd/checkpoint.hpp"

#include <gtest/gtest.h>

namespace loggerd {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;

BoardWatch::State board()
{
    const contract::Time time{1'770'147'120'154'321us};
    BoardWatch::State board;
    board.boot.context = {"I (1) \\xff", ""};
    board.boot.boot.emplace().rom = "ESP-ROM:esp32s3-20210327";
    board.boot.boot->serial_seq = 7;
    board.boot.boot_lines = 2;
    board.boot.crash.emplace().rule = "crash";
    board.boot.crash->time = time;
    board.boot.crash->dump = {"Backtrace: 0x4:0x5"};
    board.boot.crash->dump_left_out = 3;
    board.boot.dump_left = 40;
    board.boot.last = time + 1s;
    board.boot.raw_repl = true;
    board.rules.told["memory"] = {time, 12};
    board.rules.silent = {"silence"};
    board.tally = {"2026-02-03", 14, "rst:0x1 (POWERON)", time, time + 1s, "I (5) app: tick"};
    return board;
}

Checkpoint full()
{
    const contract::Time time{1'770'147'120'154'321us};
    Checkpoint checkpoint;
    checkpoint.cursor = {{"9f3c5a7e01b2d4c6", 18'446'744'073'709'551'615u}, 12, 34, time};
    checkpoint.unwritten.rx_line = {"half \\x \xff\0 line"s, time, time + 5ms};
    checkpoint.unwritten.tx_line = {"> ", time, time};
    checkpoint.unwritten.rx_held = {"\xc0\x01\x08"s, {{0, time}, {2, time + 1ms}}};
    checkpoint.unwritten.tx_held = {"\xc0\0"s, {{0, time}}};
    checkpoint.unwritten.transfer = Transfer{time, time + 1s, 16'452, 812};
    checkpoint.unwritten.baud = 460'800;
    checkpoint.counters = {1, 2, 3, 4};
    checkpoint.board = board();
    checkpoint.name = "FT232R_USB_UART_A5069RR4";
    checkpoint.files = {{"a.log", 100}, {"b.log", 0}};
    return checkpoint;
}

TEST(Checkpoint, ComesBackAsItWas)
{
    EXPECT_EQ(parse_checkpoint(format_checkpoint(full()), "record"), full());
    EXPECT_EQ(parse_checkpoint(format_checkpoint({}), "record"), Checkpoint{});
}

TEST(Checkpoint, OfAnotherFormatOrDamagedIsRefused)
{
    auto text = format_checkpoint(full());
    for (std::size_t size = 0; size + 2 < text.size(); size += 7)
        EXPECT_THROW(parse_checkpoint(text.substr(0, size), "record"), contract::BadMessage);
    text.replace(text.find("\"format\":1"), 10, "\"format\":2");
    EXPECT_THROW(parse_checkpoint(text, "record"), contract::BadMessage);
}

TEST(Checkpoint, OfAnOlderLoggerdIsTaken)
{
    auto text = format_checkpoint({});
    const auto at = text.find(",\"board\":{");
    ASSERT_NE(at, std::string::npos);
    text.erase(at, text.find(",\"unwritten\"", at) - at);
    EXPECT_EQ(parse_checkpoint(text, "record"), Checkpoint{});
}

TEST(Checkpoint, StaysSmallWhateverABoardPrints)
{
    BootWatch watch;
    const auto say = [&](const std::string& text) { watch.line({{}, Kind::rx, text, 1}, "e"); };
    for (int i = 0; i < 1000; ++i) {
        say(std::string(16'384, '"'));
        say(std::string(511, 'x') + "\u00e4"); // shortened within a letter
    }
    say("ESP-ROM:esp32s3-20210327");
    say("app_init: Project name: " + std::string(16'000, 'n'));
    say(std::string(16'000, '"') + "Guru Meditation Error: Core  0 panic'ed (X)");
    for (int i = 0; i < 1000; ++i) say("0x12345678 " + std::string(16'384, '"'));
    Checkpoint checkpoint;
    checkpoint.board.boot = watch.state();
    ASSERT_TRUE(checkpoint.board.boot.crash);
    const auto text = format_checkpoint(checkpoint);
    EXPECT_LT(text.size(), 256u * 1024);
    EXPECT_EQ(parse_checkpoint(text, "record"), checkpoint);
}

} // namespace
} // namespace loggerd
