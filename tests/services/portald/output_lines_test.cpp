#include "portald/output_lines.hpp"

#include <gmock/gmock.h>

namespace {

using portald::Heard;
using portald::OutputLines;
using Age = OutputLines::Age;
using Texts = std::vector<std::string>;

struct Said {
    const char* name;
    Texts chunks; ///< as they come from the bus
    const char* pattern;
    Heard heard;
};
void PrintTo(const Said& said, std::ostream* out)
{
    *out << said.name;
}

class OutputLinesTable : public testing::TestWithParam<Said> {};

TEST_P(OutputLinesTable, IsWhatIsHeard)
{
    OutputLines lines(GetParam().pattern);
    for (const auto& chunk : GetParam().chunks) lines.feed(chunk, Age::fresh);

    const auto heard = lines.heard();
    EXPECT_EQ(heard.output, GetParam().heard.output);
    EXPECT_EQ(heard.line, GetParam().heard.line);
    EXPECT_EQ(heard.truncated, GetParam().heard.truncated);
}
INSTANTIATE_TEST_SUITE_P(
    Table, OutputLinesTable,
    testing::Values(
        Said{"nothing", {}, "a", {}}, //
        Said{"lines end in LF or CR LF", {"a\nb\r\nc\r\r\n"}, "", {{"a", "b", "c"}}},
        Said{"chunks are no lines", {"a", "b\r", "\nc", "\n"}, "", {{"ab", "c"}}},
        Said{"empty lines do not count", {"\n\r\n\na\n\n"}, "", {{"a"}}},
        Said{"blanks and lone CRs stay", {"  a \n50%\r60%\r\n"}, "", {{"  a ", "50%\r60%"}}},
        Said{"a line without an end counts at last", {"a\n> "}, "", {{"a", "> "}}},
        Said{"the pattern is a substring", {"x ready y\n"}, "ready", {{"x ready y"}, "x ready y"}},
        Said{
            "the pattern is no regular expression", {"abc\na.c\n"}, "a.c", {{"abc", "a.c"}, "a.c"}},
        Said{"nothing is taken after the match", {"a\nb\nc", "\nd\n"}, "b", {{"a", "b"}, "b"}},
        Said{"the match may come in pieces", {"rea", "dy\n"}, "ready", {{"ready"}, "ready"}},
        Said{"the match is not across lines", {"rea\ndy\n"}, "ready", {{"rea", "dy"}}},
        Said{"a prompt matches", {"a\nlogin: "}, "login:", {{"a", "login: "}, "login: "}},
        Said{"bytes stay as they are", {"\xff\xfe\n"}, "", {{"\xff\xfe"}}}));

TEST(OutputLines, AnUnfinishedLineIsNoMatchYet)
{
    OutputLines lines("ready");
    lines.feed("app: ready, ", Age::fresh);
    EXPECT_TRUE(lines.has_unfinished_match());
    EXPECT_FALSE(lines.has_match());

    lines.feed("heap 1\n", Age::fresh);
    EXPECT_FALSE(lines.has_unfinished_match());
    EXPECT_TRUE(lines.has_match());
    EXPECT_EQ(lines.heard().line, "app: ready, heap 1");
}

TEST(OutputLines, WhatIsOldMattersOnlyAsTheBeginningOfALine)
{
    OutputLines lines("a");
    lines.feed("a1\na2\na3 begins", Age::old);
    EXPECT_FALSE(lines.has_match());
    EXPECT_TRUE(lines.has_unfinished_match());

    lines.feed(" and ends\n", Age::fresh);
    EXPECT_EQ(lines.heard(), (Heard{{"a3 begins and ends"}, "a3 begins and ends"}));
}

TEST(OutputLines, BytesThatAreMissingEndALineAndAreSaid)
{
    OutputLines lines("ready");
    lines.feed("rea", Age::fresh);
    lines.gap();
    lines.feed("dy\n", Age::fresh);
    EXPECT_EQ(lines.heard(), (Heard{{"rea", "dy"}, {}, true}));
}

TEST(OutputLines, ALongLineIsCutButNotInsideACharacter)
{
    const std::string most(OutputLines::longest_line - 1, 'x');
    OutputLines lines("");
    lines.feed(most + "é" + "rest\n", Age::fresh);
    EXPECT_EQ(lines.heard().output, (Texts{most, "érest"}));

    OutputLines garbage("");
    garbage.feed(std::string(OutputLines::longest_line + 1, '\x80'), Age::fresh);
    EXPECT_EQ(garbage.heard().output.front().size(), OutputLines::longest_line);
}

TEST(OutputLines, APatternAcrossACutIsFound)
{
    OutputLines lines("ready");
    lines.feed(std::string(OutputLines::longest_line - 2, 'x') + "rea", Age::fresh);
    EXPECT_FALSE(lines.has_unfinished_match());
    lines.feed("dy.\n", Age::fresh);
    EXPECT_EQ(lines.heard().line, "ady.");

    OutputLines split("rea\ndy"); // what ended is over: no line end is in between
    split.feed("rea\ndy\n", Age::fresh);
    EXPECT_FALSE(split.has_match());
}

TEST(OutputLines, TheOldestLinesAreDroppedAndThatIsSaid)
{
    OutputLines many("end");
    for (std::size_t i = 0; i < OutputLines::most_lines; ++i) {
        many.feed(std::to_string(i) + "\n", Age::fresh);
    }
    EXPECT_FALSE(many.heard().truncated);
    many.feed("end\n", Age::fresh);
    const auto heard = many.heard();
    EXPECT_TRUE(heard.truncated);
    EXPECT_EQ(heard.output.size(), OutputLines::most_lines);
    EXPECT_EQ(heard.output.front(), "1");
    EXPECT_EQ(heard.line, "end");
}

TEST(OutputLines, TheOutputIsBoundedInBytes)
{
    OutputLines much("");
    for (int i = 0; i < 100; ++i) {
        much.feed(std::string(OutputLines::longest_line, 'x') + "\n", Age::fresh);
    }
    std::size_t bytes = 0;
    for (const auto& line : much.heard().output) bytes += line.size();
    EXPECT_EQ(bytes, OutputLines::most_bytes);
    EXPECT_TRUE(much.heard().truncated);
}

} // namespace
