#include "loggerd/log_reading.hpp"

#include <gmock/gmock.h>

#include "services/loggerd/reading_bench.hpp"

namespace loggerd {
namespace {

using contract::BadMessage;
using namespace std::chrono_literals;

struct LogReadingTest : ReadingBench, testing::Test {};

TEST_F(LogReadingTest, AFileIsTheSameHoweverItIsKeptAndInWhateverPartsItIsRead)
{
    const auto text = day("2026-02-03", 20000);
    put("x_B_2026-02-03.log", text);
    pack("y_B_2026-02-03.log", text, 100'000);
    pack("z_B_2026-02-03.log", text, text.size());
    for (const auto* file :
         {"x_B_2026-02-03.log", "y_B_2026-02-03.log", "z_B_2026-02-03.log.zst"}) {
        auto args = of_file(file);
        EXPECT_EQ(read_all(args), text) << file;
        args.max_bytes = 1000;
        EXPECT_EQ(read_all(args), text) << file;
        for (const std::uint64_t at : {0UL, 1UL, 99'999UL, 100'000UL, 500'123UL, text.size() + 5}) {
            args.at = at;
            const auto read = reading.read(args, owners, Budget{none});
            EXPECT_EQ(read.text, at < text.size() ? text.substr(at, 1000) : "") << file << at;
            EXPECT_EQ(read.answer.text_bytes, text.size());
        }
    }
}

TEST_F(LogReadingTest, ASlotsFilesAreReadDayByDayAndPartByPart)
{
    put("x_B_2026-02-04.10.log", "[2026-02-04 03:00:00.000] [RX] d\n");
    put("x_B_2026-02-04.log", "[2026-02-04 01:00:00.000] [RX] b\n");
    put("x_B_2026-02-04.2.log", "[2026-02-04 02:00:00.000] [RX] c\n");
    pack("x_B_2026-02-03.log", "[2026-02-03 01:00:00.000] [RX] a\n", 100);
    put("x_A_2026-02-03.log", "[2026-02-03 01:00:00.000] [RX] of another\n");
    put("x_SLOT-A_2026-02-03.log", "[2026-02-03 01:00:00.000] [RX] of a third\n");
    put("notes.txt", "a person's\n");
    EXPECT_EQ(read_all(of_slot("B")), "[2026-02-03 01:00:00.000] [RX] a\n"
                                      "[2026-02-04 01:00:00.000] [RX] b\n"
                                      "[2026-02-04 02:00:00.000] [RX] c\n"
                                      "[2026-02-04 03:00:00.000] [RX] d\n");
    EXPECT_EQ(read_all(of_slot("A")), "[2026-02-03 01:00:00.000] [RX] of another\n");
    EXPECT_EQ(read_all(of_slot("SLOT-A")), "[2026-02-03 01:00:00.000] [RX] of a third\n");
}

TEST_F(LogReadingTest, OnlyTheLastPartOfADayIsOpen)
{
    owners.today = "2026-02-04";
    owners.open = {"x_B_2026-02-04.2.log"};
    const std::string torn =
        "[2026-02-04 01:00:00.000] [RX] a\n[2026-02-04 01:00:01.000] [RX] torn";
    for (const auto* name : {"x_B_2026-02-03.log", "x_B_2026-02-04.log", "x_B_2026-02-04.2.log",
                             "x_B_2026-02-04.3.log", "y_B_2026-02-04.log"})
        put(name, torn);
    std::map<std::string, bool> open;
    for (const auto& file : reading.list({}, owners, Budget{10s}).files)
        open[file.file] = file.open;
    EXPECT_EQ(open, (std::map<std::string, bool>{{"x_B_2026-02-03.log", false},
                                                 {"x_B_2026-02-04.log", false},
                                                 {"x_B_2026-02-04.2.log", true},
                                                 {"x_B_2026-02-04.3.log", true},
                                                 {"y_B_2026-02-04.log", true}}));
    EXPECT_TRUE(read_all(of_file("x_B_2026-02-04.log")).ends_with("torn")) << "nothing more comes";
    EXPECT_TRUE(read_all(of_file("x_B_2026-02-04.2.log")).ends_with("a\n")) << "the rest will";
}

TEST_F(LogReadingTest, AListSaysWhyALogCannotBeWritten)
{
    put("x_B_2026-02-03.log", day("2026-02-03", 1));
    owners.faults = {{"A", "write x: No space left on device"}, {"B", "open y: Permission denied"}};
    EXPECT_EQ(reading.list({}, owners, Budget{10s}).faults, owners.faults);
    EXPECT_EQ(reading.list({"B", {}}, owners, Budget{10s}).faults,
              (std::map<std::string, std::string>{{"B", "open y: Permission denied"}}));
}

TEST_F(LogReadingTest, TheLastLinesGoBackOverFiles)
{
    put("x_B_2026-02-03.log", day("2026-02-03", 30000));
    pack("x_B_2026-02-04.log", day("2026-02-04", 3), 50);
    auto args = of_slot("B");
    for (const unsigned last : {1U, 3U, 4U, 10'000U}) {
        args.last = last;
        const auto text = day("2026-02-03", 30000) + day("2026-02-04", 3);
        auto begin = text.size();
        for (unsigned n = 0; n < last; ++n) begin = text.rfind('\n', begin - 2) + 1;
        EXPECT_EQ(read_all(args), text.substr(begin)) << last;
    }
    args.last = 10'000;
    put("x_B_2026-02-03.log", day("2026-02-03", 5));
    EXPECT_EQ(read_all(args), day("2026-02-03", 5) + day("2026-02-04", 3));
}

TEST_F(LogReadingTest, ALineThatIsBeingWrittenComesWhenItIsWhole)
{
    const std::string line = "[2026-02-10 00:00:00.000] [RX] whole\n";
    put("x_B_2026-02-10.log", line + "[2026-02-10 00:00:01");
    auto args = of_slot("B");
    const auto first = reading.read(args, owners, Budget{none});
    EXPECT_EQ(first.text, line);
    EXPECT_FALSE(first.answer.more);
    args.cursor = first.answer.cursor;
    put("x_B_2026-02-10.log", line + "[2026-02-10 00:00:01.000] [RX] now\n");
    EXPECT_EQ(read_all(args), "[2026-02-10 00:00:01.000] [RX] now\n");
    // Of a day that is over no more comes: what is torn there is seen.
    put("x_B_2026-02-09.log", line + "[2026-02-10 00:00:01");
    EXPECT_EQ(read_all(of_file("x_B_2026-02-09.log")), line + "[2026-02-10 00:00:01");
}

TEST_F(LogReadingTest, AFollowerGoesOnPastMidnightAndTheNextPart)
{
    put("x_B_2026-02-09.log", day("2026-02-09", 2));
    auto args = of_slot("B");
    args.cursor = reading.read(args, owners, Budget{none}).answer.cursor;
    EXPECT_EQ(read_all(args), "");
    put("x_B_2026-02-09.2.log", day("2026-02-09", 3));
    put("x_B_2026-02-10.log", day("2026-02-10", 1));
    EXPECT_EQ(read_all(args), day("2026-02-09", 3) + day("2026-02-10", 1));
}

TEST_F(LogReadingTest, TimesAreLocalOrSayTheirZone)
{
    put("x_B_2026-02-03.log", day("2026-02-03", 20000));
    auto args = of_slot("B");
    args.from = "2026-02-03 01:00:00";
    args.to = "2026-02-03 01:00:02";
    const std::string two = "[2026-02-03 01:00:00.600] [RX] tick 3600\n"
                            "[2026-02-03 01:00:01.601] [RX] tick 3601\n";
    EXPECT_EQ(read_all(args), two);
    args.from = "2026-02-03T01:00";
    EXPECT_EQ(read_all(args), two);
    LocalTime clock;
    const auto zero = contract::parse_time("2026-02-03T03:00:00Z").value();
    args.from = "2026-02-03T04:00:00+01:00";
    args.to = clock.text(zero + std::chrono::seconds{1});
    const auto found = read_all(args);
    EXPECT_THAT(found, testing::StartsWith("[" + clock.text(zero).substr(0, 19)));
    EXPECT_EQ(std::ranges::count(found, '\n'), 1);
    for (const auto* bad : {"yesterday", "2026-02-03 1", "2026-02-03T01:00:00+1", "", "2026"}) {
        args.from = bad;
        EXPECT_THROW(reading.read(args, owners, Budget{none}), BadMessage) << bad;
    }
}

TEST_F(LogReadingTest, ACursorFromOutsideIsNoWayOut)
{
    put("x_B_2026-02-03.log", day("2026-02-03", 5));
    auto args = of_slot("B");
    for (const auto* bad :
         {"x", "@", "x_B_2026-02-03.log@", "x_B_2026-02-03.log@-1", "x_B_2026-02-03.log@1x",
          "../x_B_2026-02-03.log@0", "x_B_2026-02-03.log.zst@0",
          "x_B_2026-02-03.log@99999999999999999999"}) {
        args.cursor = bad;
        EXPECT_THROW(reading.read(args, owners, Budget{none}), BadMessage) << bad;
    }
    args.cursor = "x_B_2026-02-03.log@18446744073709551615";
    EXPECT_EQ(read_all(args), "");
    args.cursor = "x_B_2026-02-02.log@0";
    EXPECT_THROW(reading.read(args, owners, Budget{none}), ReadingError);
}

TEST_F(LogReadingTest, ADamagedFileIsListedAndReadingItSaysSo)
{
    pack("x_B_2026-02-03.log", day("2026-02-03", 20000), 100'000);
    const auto packed = path / "x_B_2026-02-03.log.zst";
    std::filesystem::resize_file(packed, std::filesystem::file_size(packed) - 3);
    put("y_B_2026-02-03.log.zst", "no zstd at all");
    EXPECT_EQ(reading.list({}, owners, Budget{std::chrono::seconds{9}}).files.size(), 2U);
    EXPECT_THROW(read_all(of_file("x_B_2026-02-03.log")), ReadingError);
    EXPECT_THROW(read_all(of_file("y_B_2026-02-03.log")), ReadingError);
}

TEST_F(LogReadingTest, TheListIsNewestFirstAndGoesOnByCursor)
{
    put("x_B_2026-02-03.log", day("2026-02-03", 2));
    pack("x_B_2026-02-03.log", day("2026-02-03", 2), 100); // and not yet removed
    pack("x_B_2026-02-04.log", day("2026-02-04", 700), 9000);
    put("x_B_2026-02-05.log.zst.new", "unfinished");
    contract::LogListArgs args;
    const auto first = reading.list(args, owners, Budget{none});
    ASSERT_EQ(first.files.size(), 1U);
    EXPECT_EQ(first.files[0].file, "x_B_2026-02-04.log");
    EXPECT_EQ(first.files[0].first, "2026-02-04 00:00:00.000");
    EXPECT_EQ(first.files[0].last, "2026-02-04 00:11:39.699");
    EXPECT_EQ(first.files[0].text_bytes, day("2026-02-04", 700).size());
    args.cursor = first.cursor;
    const auto second = reading.list(args, owners, Budget{none});
    ASSERT_EQ(second.files.size(), 1U);
    EXPECT_EQ(second.files[0].file, "x_B_2026-02-03.log");
    EXPECT_FALSE(second.files[0].compressed);
    EXPECT_FALSE(second.cursor);
}

} // namespace
} // namespace loggerd
