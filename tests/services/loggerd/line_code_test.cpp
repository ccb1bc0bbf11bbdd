#include <random>

#include <gtest/gtest.h>

#include "loggerd/decoder.hpp"
#include "loggerd/encoder.hpp"
#include "loggerd/plain_text.hpp"

namespace loggerd {
namespace {

using namespace std::string_literals;

TEST(Encoder, LeavesPrintableTextAndUtf8AsTheyAre)
{
    EXPECT_EQ(encode("I (31) boot: ESP-IDF v5.1 ~ \xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80"),
              "I (31) boot: ESP-IDF v5.1 ~ \xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80");
}

TEST(Encoder, WritesControlBytesInLowerCaseHex)
{
    EXPECT_EQ(encode("a\tb\x1b[0m\x7f\0z"s), "a\\x09b\\x1b[0m\\x7f\\x00z");
    EXPECT_EQ(encode("progress 10%\rprogress 20%"), "progress 10%\\x0dprogress 20%");
}

TEST(Encoder, WritesInvalidUtf8ByteForByte)
{
    EXPECT_EQ(encode("\xc0\x80"), "\\xc0\\x80") << "overlong";
    EXPECT_EQ(encode("\xe0\x80\xaf"), "\\xe0\\x80\\xaf") << "overlong";
    EXPECT_EQ(encode("\xed\xa0\x80"), "\\xed\\xa0\\x80") << "surrogate";
    EXPECT_EQ(encode("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80") << "beyond U+10FFFF";
    EXPECT_EQ(encode("\xe2\x82"), "\\xe2\\x82") << "unfinished";
    EXPECT_EQ(encode("\xff\xfe\x80"), "\\xff\\xfe\\x80");
    EXPECT_EQ(encode("\xe2\x82("), "\\xe2\\x82(") << "the byte behind it stays";
}

TEST(Encoder, DisarmsCharactersThatSteerATerminalOrReorderALine)
{
    EXPECT_EQ(encode("\xc2\x9b"
                     "2J"),
              "\\xc2\\x9b2J")
        << "C1 CSI";
    EXPECT_EQ(encode("\xe2\x80\xa8"), "\\xe2\\x80\\xa8") << "line separator";
    EXPECT_EQ(encode("\xe2\x80\xae"), "\\xe2\\x80\\xae") << "right-to-left override";
    EXPECT_EQ(encode("\xc2\xa0"), "\xc2\xa0") << "no-break space is harmless";
}

TEST(Encoder, EscapesABackslashOnlyWhereItCouldBeMistaken)
{
    EXPECT_EQ(encode(R"(C:\dir)"), R"(C:\dir)");
    EXPECT_EQ(encode(R"(\x41)"), R"(\x5cx41)");
    EXPECT_EQ(encode(R"(\\x)"), R"(\\x5cx)");
    EXPECT_EQ(encode(R"(end\)"), R"(end\x5c)");
    EXPECT_EQ(encode("\\\x01"), R"(\\x01)");
}

TEST(Encoder, EndsACutLineInALoneBackslash)
{
    EXPECT_EQ(encode("> ", Ending::cut), R"(> \)");
    EXPECT_EQ(encode(R"(a\)", Ending::cut), R"(a\x5c\)");
}

TEST(Decoder, GivesBackAnyBytes)
{
    std::mt19937 random{2217};
    const auto alphabet = "\\xX0a5cC\r\n\t\x1b\xc2\x9b\xe2\x80\xae\xff\x00"s;
    for (int i = 0; i < 20'000; ++i) {
        std::string bytes(random() % 24, '\0');
        for (auto& byte : bytes)
            byte = i % 2 == 0 ? static_cast<char>(random() & 0xff)
                              : alphabet[random() % alphabet.size()];
        const auto text = encode(bytes);
        ASSERT_EQ(decode(text), bytes) << text;
        ASSERT_FALSE(text.ends_with('\\'));
        ASSERT_EQ(text.find('\n'), std::string::npos);
    }
}

TEST(ColouredText, KeepsColoursAndNothingElse)
{
    const auto kept = [](std::string_view bytes) { return coloured_text(encode(bytes)); };
    for (const auto* colour :
         {"\x1b[m", "\x1b[0m", "\x1b[0;31m", "\x1b[38:5:208m", "a\\\x1b[1;32mI (3) app: x\x1b[0mz"})
        EXPECT_EQ(kept(colour), colour);
    for (const auto* other : {"\x1b[2J", "\x1b[31", "\x1b[3 m", "\x1b]0;title\x07", "\x1b[?25l",
                              "\x1b(0", "\x1b", "\r\x1b[K", "\\x1b[31m", "\xc2\x9b[31m"})
        EXPECT_EQ(kept(other), encode(other));
    EXPECT_EQ(kept("\x1b\x1b[31mred"), "\\x1b\x1b[31mred");
}

TEST(ColouredText, DecodesToTheSameBytes)
{
    std::mt19937 random{2217};
    const auto alphabet = "\\x1b5c[0;3m\x1b\x1b\x1b[["s;
    int coloured = 0;
    for (int i = 0; i < 50'000; ++i) {
        std::string bytes(random() % 16, '\0');
        for (auto& byte : bytes) byte = alphabet[random() % alphabet.size()];
        const auto text = coloured_text(encode(bytes));
        coloured += text.find('\x1b') != std::string::npos;
        ASSERT_EQ(decode(text), bytes) << text;
    }
    EXPECT_GT(coloured, 100) << "this test shows nothing";
}

TEST(Decoder, TakesALineApart)
{
    const auto line = parse_line("[2026-02-03 19:32:00.154] [RX] hello] [TX] \\");
    ASSERT_TRUE(line);
    EXPECT_EQ(line->time, "2026-02-03 19:32:00.154");
    EXPECT_EQ(line->kind, "RX");
    EXPECT_EQ(line->text, "hello] [TX] ");
    EXPECT_EQ(line->ending, Ending::cut);
}

TEST(Decoder, RefusesWhatIsNoLine)
{
    for (const auto* text :
         {"", "hello", "[2026-02-03 19:32:00.154] [RX", "\\", "[2026-02-03 19:32:00.154] [XX] a",
          "[2026-02-03T19:32:00.154] [RX] a", "[2026-02-03 19:32:00.154][RX] a"})
        EXPECT_FALSE(parse_line(text)) << text;
}

TEST(Decoder, ReadsOneDirectionOfALog)
{
    const auto log = "[2026-02-03 19:32:00.154] [RX] a\n"
                     "[2026-02-03 19:32:00.155] [TX] b\n"
                     "[2026-02-03 19:32:00.156] [INFO] Baudrate changed to 9600\n"
                     "[2026-02-03 19:32:00.157] [RX] > \\\n"
                     "[2026-02-03 19:32:00.158] [RX] \n";
    EXPECT_EQ(decode_log(log, "RX"), "a\n> \n");
    EXPECT_EQ(decode_log(log, "TX"), "b\n");
}

} // namespace
} // namespace loggerd
