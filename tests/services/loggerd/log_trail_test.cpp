#include "loggerd/log_trail.hpp"

#include <gtest/gtest.h>

#include "services/loggerd/reading_bench.hpp"

namespace loggerd {
namespace {

using contract::BadMessage;

/// Slot B on the day that is not over, and boards that come and go there.
class LogTrailTest : public ReadingBench, public testing::Test {
protected:
    /// A line of today, at so many minutes after midnight.
    static std::string line(unsigned minute, const std::string& words)
    {
        return fmt::format("[2026-02-10 {:02}:{:02}:00.000] [RX] {}\n", minute / 60, minute % 60,
                           words);
    }
    void say(const std::string& board, const std::string& text)
    {
        std::ofstream{path / file_of(board), std::ios::app} << text;
    }
    static std::string file_of(const std::string& board) { return board + "_2026-02-10.log"; }
    void plug(const std::string& board)
    {
        owners.open = {file_of(board)};
        owners.slot_of_board = {{board, "B"}};
    }
    /// What a follower is given that asks until there is no more.
    std::string follow()
    {
        std::string text;
        for (bool more = true; more;) {
            auto args = of_slot("B");
            args.cursor = cursor_;
            if (cursor_.empty()) args.last = last;
            auto read = reading.read(args, owners, Budget{none});
            text += read.text;
            cursor_ = read.answer.cursor;
            more = read.answer.more;
        }
        return text;
    }
    unsigned last = 10;

private:
    std::string cursor_;
};

TEST_F(LogTrailTest, ASecondBoardComesBehindTheFirstWhateverTheirNames)
{
    plug("zeta_B");
    say("zeta_B", line(1, "zeta"));
    EXPECT_EQ(follow(), line(1, "zeta"));
    plug("alpha_B");
    say("alpha_B", line(2, "alpha"));
    EXPECT_EQ(follow(), line(2, "alpha"));
    plug("mid_B");
    say("mid_B", line(3, "mid"));
    EXPECT_EQ(follow(), line(3, "mid"));
    EXPECT_EQ(read_all(of_slot("B")), line(1, "zeta") + line(2, "alpha") + line(3, "mid"));
    contract::LogSearchArgs all;
    all.pattern = "a|i";
    all.slot = "B";
    std::string found;
    for (const auto& match : search_all(all)) found += match.text + " ";
    EXPECT_EQ(found, "zeta alpha mid ");
    contract::LogListArgs list;
    list.slot = "B";
    const auto answer = reading.list(list, owners, Budget{std::chrono::seconds{10}});
    ASSERT_EQ(answer.files.size(), 3U);
    EXPECT_EQ(answer.files[0].file, file_of("mid_B"));
    EXPECT_EQ(answer.files[1].file, file_of("alpha_B"));
}

TEST_F(LogTrailTest, ABoardThatComesBackGoesOnWhereItWasReadTo)
{
    plug("a_B");
    say("a_B", line(1, "a"));
    EXPECT_EQ(follow(), line(1, "a"));
    for (unsigned round = 2; round < 8; round += 2) {
        plug("b_B");
        say("b_B", line(round, "b"));
        EXPECT_EQ(follow(), line(round, "b"));
        plug("a_B");
        EXPECT_EQ(follow(), "");
        say("a_B", line(round + 1, "a again"));
        EXPECT_EQ(follow(), line(round + 1, "a again"));
    }
    // Each line once, the board that talks now last.
    EXPECT_EQ(read_all(of_slot("B")), line(2, "b") + line(4, "b") + line(6, "b") + line(1, "a") +
                                          line(3, "a again") + line(5, "a again") +
                                          line(7, "a again"));
}

TEST_F(LogTrailTest, WhoAsksForTheLastLinesIsNotGivenWhatWasBeforeThemLater)
{
    plug("a_B");
    say("a_B", line(1, "a") + line(2, "a"));
    plug("b_B");
    say("b_B", line(3, "b") + line(4, "b"));
    last = 1;
    EXPECT_EQ(follow(), line(4, "b"));
    plug("a_B");
    say("a_B", line(5, "a again"));
    EXPECT_EQ(follow(), line(5, "a again"));
}

TEST_F(LogTrailTest, AFollowerGoesOnWithTheBoardThatTookThePlaceOfAnother)
{
    // Serials of their own: the files are named after no slot.
    say("FT_2222", line(1, "in another slot"));
    plug("FT_1111");
    say("FT_1111", line(2, "first"));
    EXPECT_EQ(follow(), line(2, "first"));
    say("FT_1111", line(3, "its last words"));
    plug("FT_2222");
    say("FT_2222", line(4, "second"));
    EXPECT_EQ(follow(), line(3, "its last words") + line(4, "second"));
    EXPECT_EQ(follow(), "");
    plug("FT_1111");
    say("FT_1111", line(5, "back"));
    EXPECT_EQ(follow(), line(5, "back"));
}

TEST_F(LogTrailTest, PartsOfABoardStayInOrderThoughTheClockWentBack)
{
    plug("a_B");
    owners.open = {"a_B_2026-02-10.2.log"};
    say("a_B", line(9, "a"));
    put("a_B_2026-02-10.2.log", line(3, "a, later"));
    say("b_B", line(5, "b"));
    EXPECT_EQ(read_all(of_slot("B")), line(5, "b") + line(9, "a") + line(3, "a, later"));
}

TEST_F(LogTrailTest, AFileWithoutALineOrWithoutSenseIsNoReasonToFail)
{
    plug("a_B");
    say("a_B", line(1, "a"));
    say("c_B", "");
    put("d_B_2026-02-10.log.zst", "no zstd at all");
    EXPECT_THROW(read_all(of_slot("B")), ReadingError) << "it says which file";
    std::filesystem::remove(path / "d_B_2026-02-10.log.zst");
    EXPECT_EQ(read_all(of_slot("B")), line(1, "a"));
}

TEST_F(LogTrailTest, WhatACursorSaysOfOtherFilesIsFromOutside)
{
    plug("a_B");
    say("a_B", line(1, "a"));
    plug("b_B");
    say("b_B", line(2, "b"));
    auto args = of_slot("B");
    const std::string place = "a_B_2026-02-10.log@0";
    for (const auto* bad : {",", ",x", ",b_B_2026-02-10.log", ",b_B_2026-02-10.log@-1", ",@1",
                            ",b_B_2026-02-10.log@1,"}) {
        args.cursor = place + bad;
        EXPECT_THROW(reading.read(args, owners, Budget{none}), BadMessage) << bad;
    }
    std::string endless = place;
    for (int n = 0; n < 1000; ++n) endless += ",b_B_2026-02-10.log@1";
    args.cursor = endless;
    EXPECT_THROW(reading.read(args, owners, Budget{none}), BadMessage);
    args.cursor = place + ",b_B_2026-02-10.log@18446744073709551615,gone_B_2026-02-10.log@7";
    EXPECT_EQ(read_all(args), line(1, "a"));
}

} // namespace
} // namespace loggerd
