#include "loggerd/line_assembler.hpp"

#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace loggerd {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;

constexpr contract::Time start{1'000'000'000s};

struct Made {
    contract::Time time;
    std::string bytes;
    Ending ending;
    bool operator==(const Made&) const = default;
};

struct Bench {
    LineAssembler assembler;
    std::vector<Made> lines;

    void feed(contract::Time time, std::string_view bytes) { assembler.feed(time, bytes, emit()); }
    LineAssembler::Emit emit()
    {
        return [this](contract::Time time, std::string_view bytes, Ending ending) {
            lines.push_back({time, std::string{bytes}, ending});
        };
    }
};

TEST(LineAssembler, EndsALineAtLfAndAtCrLf)
{
    Bench bench;
    bench.feed(start, "one\ntwo\r\nthree\rfour\n\n");
    ASSERT_EQ(bench.lines.size(), 4u);
    EXPECT_EQ(bench.lines[0].bytes, "one");
    EXPECT_EQ(bench.lines[1].bytes, "two");
    EXPECT_EQ(bench.lines[2].bytes, "three\rfour");
    EXPECT_EQ(bench.lines[3].bytes, "");
}

TEST(LineAssembler, TimesALineByItsFirstByte)
{
    Bench bench;
    bench.feed(start, "begin");
    bench.feed(start + 50ms, "ning\nnext");
    bench.feed(start + 60ms, "\n\n");
    EXPECT_EQ(bench.lines[0], (Made{start, "beginning", Ending::newline}));
    EXPECT_EQ(bench.lines[1], (Made{start + 50ms, "next", Ending::newline}));
    EXPECT_EQ(bench.lines[2], (Made{start + 60ms, "", Ending::newline}));
}

TEST(LineAssembler, CutsAPromptAfter200MillisecondsOfEventTime)
{
    Bench bench;
    bench.feed(start, "login: ");
    bench.feed(start + 199ms, "ro");
    bench.feed(start + 399ms, "ot\n");
    ASSERT_EQ(bench.lines.size(), 2u);
    EXPECT_EQ(bench.lines[0], (Made{start, "login: ro", Ending::cut}));
    EXPECT_EQ(bench.lines[1], (Made{start + 399ms, "ot", Ending::newline}));
}

TEST(LineAssembler, SplitsALineThatIsTooLong)
{
    Bench bench;
    bench.feed(start, std::string(10'000, 'a') + "\n");
    ASSERT_EQ(bench.lines.size(), 3u);
    EXPECT_EQ(bench.lines[0].bytes.size(), 4096u);
    EXPECT_EQ(bench.lines[0].ending, Ending::cut);
    EXPECT_EQ(bench.lines[2].bytes.size(), 10'000u - 2 * 4096u);
    EXPECT_EQ(bench.lines[2].ending, Ending::newline);
}

TEST(LineAssembler, KeepsALineOfExactlyTheGreatestLengthWhole)
{
    Bench bench;
    bench.feed(start, std::string(4096, 'a'));
    bench.feed(start, "\n");
    ASSERT_EQ(bench.lines.size(), 1u);
    EXPECT_EQ(bench.lines[0].ending, Ending::newline);
}

TEST(LineAssembler, NeverSplitsInsideACharacterOrACrLf)
{
    Bench bench;
    bench.feed(start, std::string(4095, 'a') + "\xe2\x82\xac\n" + std::string(4095, 'b') + "\r\n");
    ASSERT_EQ(bench.lines.size(), 3u);
    EXPECT_EQ(bench.lines[0].bytes, std::string(4095, 'a'));
    EXPECT_EQ(bench.lines[1].bytes, "\xe2\x82\xac");
    EXPECT_EQ(bench.lines[2].bytes, std::string(4095, 'b'));
}

TEST(LineAssembler, DoesNotCareHowTheBytesAreChunked)
{
    std::mt19937 random{7};
    std::string bytes;
    for (int i = 0; i < 30'000; ++i) bytes += "a\r\n\xe2\x82\xac\xf0"[random() % 7];
    bytes.insert(9'000, std::string(9'000, 'x'));
    Bench whole;
    whole.feed(start, bytes);
    for (const std::size_t longest : {1u, 2u, 3u, 100u, 5000u}) {
        Bench parts;
        for (std::size_t at = 0; at < bytes.size();) {
            const auto size = 1 + random() % longest;
            parts.feed(start, std::string_view{bytes}.substr(at, size));
            at += size;
        }
        EXPECT_EQ(parts.lines, whole.lines) << longest;
        EXPECT_EQ(parts.assembler.pending(), whole.assembler.pending()) << longest;
    }
}

TEST(LineAssembler, GoesOnWhereAnotherLeftOff)
{
    Bench before;
    before.feed(start, "half a ");
    Bench after;
    after.assembler.restore(before.assembler.pending());
    after.feed(start + 10ms, "line\n");
    EXPECT_EQ(after.lines.at(0), (Made{start, "half a line", Ending::newline}));
}

TEST(LineAssembler, SurvivesAClockThatStepsBack)
{
    Bench bench;
    bench.feed(start, "a");
    bench.feed(start - 1h, "b\nc\n");
    EXPECT_EQ(bench.lines.at(0), (Made{start, "ab", Ending::newline}));
    EXPECT_EQ(bench.lines.at(1), (Made{start - 1h, "c", Ending::newline}));
}

} // namespace
} // namespace loggerd
