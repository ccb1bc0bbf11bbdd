#include <random>

#include <gtest/gtest.h>

#include "loggerd/decoder.hpp"
#include "loggerd/slot_lines.hpp"

namespace loggerd {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;

constexpr contract::Time start{1'000'000'000s};

std::string slip(const std::string& bytes)
{
    std::string frame = "\xc0";
    for (const char byte : bytes) {
        if (byte == '\xc0')
            frame += "\xdb\xdc";
        else if (byte == '\xdb')
            frame += "\xdb\xdd";
        else
            frame += byte;
    }
    return frame + "\xc0";
}

std::string packet(char direction, char command, const std::string& data)
{
    const auto size = data.size();
    return slip(std::string{direction, command, static_cast<char>(size & 0xff),
                            static_cast<char>(size >> 8)} +
                "\x01\xc0\xdb\x04" + data);
}
std::string request(const std::string& data)
{
    return packet('\0', '\x03', data);
}
std::string answer()
{
    return packet('\x01', '\x03', "\0\0"s);
}

struct Bench {
    SlotLines slot;
    std::vector<Line> lines;
    explicit Bench(Binary binary = Binary::summary) : slot(binary) {}

    void rx(contract::Time time, std::string_view bytes)
    {
        slot.bytes(Kind::rx, time, bytes, 1, lines);
    }
    void tx(contract::Time time, std::string_view bytes)
    {
        slot.bytes(Kind::tx, time, bytes, 1, lines);
    }
    std::string decoded(Kind kind) const
    {
        std::string bytes;
        for (const auto& line : lines) {
            if (line.kind != kind) continue;
            const bool cut = line.text.ends_with('\\');
            const std::string_view text = line.text;
            bytes += decode(text.substr(0, text.size() - (cut ? 1 : 0))) + (cut ? "" : "\n");
        }
        return bytes;
    }
};

TEST(Transfer, BecomesOneInfoLineThatDeclaresEveryByte)
{
    Bench bench;
    const auto block = request(std::string(1024, '\xc0') + "\xdb");
    bench.slot.info(start, "Baudrate changed to 460800", 1, bench.lines);
    for (int i = 0; i < 10; ++i) {
        bench.tx(start + i * 100ms, block);
        bench.rx(start + i * 100ms + 50ms, answer());
    }
    bench.rx(start + 2s, "ets Jun  8 2016 00:22:57\n");
    ASSERT_EQ(bench.lines.size(), 3u);
    EXPECT_EQ(bench.lines[1].kind, Kind::info);
    EXPECT_EQ(bench.lines[1].text, "Binary transfer: " + std::to_string(10 * block.size()) +
                                       " bytes to the board, " +
                                       std::to_string(10 * answer().size()) +
                                       " bytes from it, in 0.9 s (21.9 kB/s at 460800 baud)");
    EXPECT_EQ(bench.lines[2].text, "ets Jun  8 2016 00:22:57");
}

TEST(Transfer, IsWrittenInFullWhenAskedFor)
{
    Bench bench{Binary::escape};
    const auto block = request("abc\n");
    bench.tx(start, block);
    bench.slot.quiet(10s, bench.lines);
    EXPECT_EQ(bench.decoded(Kind::tx), block);
}

TEST(Transfer, EndsAfterAPauseAndWhenTheClientGoes)
{
    Bench bench;
    bench.tx(start, request("abc"));
    bench.slot.quiet(4s, bench.lines);
    EXPECT_TRUE(bench.lines.empty());
    bench.slot.quiet(5s, bench.lines);
    EXPECT_EQ(bench.lines.size(), 1u);
    bench.tx(start + 10s, request("abc"));
    bench.slot.info(start + 10s, "Client disconnected", 1, bench.lines);
    ASSERT_EQ(bench.lines.size(), 3u);
    EXPECT_TRUE(bench.lines[1].text.starts_with("Binary transfer: "));
    EXPECT_EQ(bench.lines[2].text, "Client disconnected");
}

TEST(Transfer, IsOnlyWhatIsAValidPacketInEveryRespect)
{
    const auto good = request("abcd");
    auto wrong_direction = good;
    wrong_direction[1] = '\x01';
    auto wrong_command = good;
    wrong_command[2] = '\x7f';
    auto wrong_length = good;
    wrong_length[3] = '\x03';
    auto wrong_escape = good;
    wrong_escape[good.size() - 2] = '\xdb';
    for (const auto& bytes : {wrong_direction, wrong_command, wrong_length, wrong_escape,
                              "\xc0\xc0\xc0"s, good.substr(0, 9), "\xc0"s, good.substr(1)}) {
        Bench bench;
        bench.tx(start, bytes);
        bench.slot.quiet(10s, bench.lines);
        EXPECT_EQ(bench.decoded(Kind::tx), bytes) << encode(bytes);
    }
}

TEST(Transfer, IsFoundWhateverTheChunksAndBetweenText)
{
    const auto bytes = "text\xc0" + request("\xc0\xdb\n") + "more\n" + request("") + "\xc0";
    for (std::size_t size = 1; size <= bytes.size(); ++size) {
        Bench bench;
        for (std::size_t at = 0; at < bytes.size(); at += size)
            bench.tx(start, std::string_view{bytes}.substr(at, size));
        bench.slot.quiet(10s, bench.lines);
        EXPECT_EQ(bench.decoded(Kind::tx), "text\xc0more\n\xc0") << size;
        EXPECT_NE(bench.lines.back().text.find(
                      std::to_string(request("\xc0\xdb\n").size() + request("").size()) +
                      " bytes to the board"),
                  std::string::npos)
            << bench.lines.back().text;
    }
}

TEST(Transfer, WhatStopsInTheMiddleOfAPacketIsText)
{
    Bench bench;
    const auto half = request("abcdef").substr(0, 10);
    bench.tx(start, half);
    bench.tx(start + 200ms, "hello\n");
    EXPECT_EQ(bench.decoded(Kind::tx), half + "hello\n");
    EXPECT_EQ(bench.lines.at(0).time, start);
}

TEST(Transfer, RandomBytesAreNeverTakenForOne)
{
    std::mt19937 random{16};
    Bench bench;
    std::string sent;
    for (int i = 0; i < 250; ++i) {
        std::string chunk(4096, '\0');
        for (auto& byte : chunk) byte = static_cast<char>(random() & 0xff);
        bench.rx(start + i * 1ms, chunk);
        sent += chunk;
    }
    bench.slot.quiet(10s, bench.lines);
    for (std::size_t at = 0; (at = sent.find("\r\n", at)) != std::string::npos;) sent.erase(at, 1);
    EXPECT_TRUE(bench.decoded(Kind::rx) == sent); // a megabyte is no message
}

TEST(Transfer, GoesOnInTheNextLoggerd)
{
    const auto block = request(std::string(300, 'z'));
    for (std::size_t at = 0; at <= block.size(); ++at) {
        Bench before;
        before.tx(start, "AT");
        before.tx(start, block);
        before.tx(start + 1ms, std::string_view{block}.substr(0, at));
        Bench after;
        after.slot.restore(before.slot.unwritten());
        ASSERT_EQ(after.slot.unwritten(), before.slot.unwritten());
        after.lines = before.lines;
        after.tx(start + 2ms, std::string_view{block}.substr(at));
        after.slot.quiet(10s, after.lines);
        ASSERT_EQ(after.lines.size(), 2u) << at;
        EXPECT_EQ(after.lines[0].text, "AT\\");
        EXPECT_NE(after.lines[1].text.find(std::to_string(2 * block.size())), std::string::npos);
    }
}

TEST(Transfer, KnowsTheBaudRateFromTheInfoTexts)
{
    EXPECT_EQ(baud_in("Baudrate changed to 921600"), 921600u);
    EXPECT_EQ(baud_in("Opened /dev/ttyUSB0 at 115200 baud"), 115200u);
    EXPECT_EQ(baud_in("Opened /dev/ttyUSB0"), std::nullopt);
    EXPECT_EQ(baud_in("Baudrate changed to fast"), std::nullopt);
    EXPECT_EQ(baud_in("Data size changed to 7"), std::nullopt);
}

} // namespace
} // namespace loggerd
