#include <random>

#include <gtest/gtest.h>

#include "loggerd/decoder.hpp"
#include "loggerd/encoder.hpp"

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
