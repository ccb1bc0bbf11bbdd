#include "loggerd/checkpoint.hpp"

#include <gtest/gtest.h>

namespace loggerd {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;

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
    checkpoint.watch = {{"I (1) \\xff", ""}, "ESP-ROM:esp32s3-20210327", 2, 40};
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
    const auto at = text.find(",\"watch\":{");
    ASSERT_NE(at, std::string::npos);
    text.erase(at, text.find('}', at) + 1 - at);
    EXPECT_EQ(parse_checkpoint(text, "record"), Checkpoint{});
}

TEST(Checkpoint, StaysSmallWhateverABoardPrints)
{
    BootWatch watch;
    for (int i = 0; i < 1000; ++i) {
        watch.line({{}, Kind::rx, "ets J" + std::string(16'384, '"'), 1});
        watch.line(
            {{}, Kind::rx, std::string(511, 'x') + "\u00e4", 1}); // shortened within a letter
    }
    Checkpoint checkpoint;
    checkpoint.watch = watch.state();
    const auto text = format_checkpoint(checkpoint);
    EXPECT_LT(text.size(), 65'536u);
    EXPECT_EQ(parse_checkpoint(text, "record"), checkpoint);
}

} // namespace
} // namespace loggerd
