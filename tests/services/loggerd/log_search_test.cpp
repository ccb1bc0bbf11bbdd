#include "loggerd/log_search.hpp"

#include <random>

#include <gmock/gmock.h>

#include "services/loggerd/reading_bench.hpp"

namespace loggerd {
namespace {

struct LogSearchTest : ReadingBench, testing::Test {
    std::vector<std::string> texts(const std::string& pattern, bool ignore_case = false)
    {
        contract::LogSearchArgs args;
        args.pattern = pattern;
        args.ignore_case = ignore_case;
        args.limit = 3;
        std::vector<std::string> found;
        for (const auto& match : search_all(args)) found.push_back(match.text);
        return found;
    }
};

TEST_F(LogSearchTest, ABlockIsSearchedForWhatEachLineWouldHave)
{
    std::mt19937 random{7};
    std::string text;
    std::vector<std::string> lines;
    for (int n = 0; n < 8000; ++n) {
        std::string line;
        for (auto i = random() % 30; i > 0; --i) line += "ab [].:2026RX\\"[random() % 14];
        text += fmt::format("[2026-02-03 00:00:{:02}.000] [RX] {}\n", n % 60, line);
        lines.push_back(line);
    }
    pack("x_B_2026-02-03.log", text, 50'000);
    for (const auto* pattern :
         {"aba", "^ab", "ab$", "^$", "a.*b.*a", "[^ab ]a\\b", "\\[RX\\]", "2026", "(?i)rx", "\\Aa",
          "b\\z", "x*ab", "a|^b", "(?:a b)", "\\[^", "\\\\$", "[[^]a", "a\\nb", "(?-m)a$"}) {
        const SearchPattern each{pattern, false};
        std::vector<std::string> expected;
        for (const auto& line : lines)
            if (each.is_in(line)) expected.push_back(line);
        EXPECT_EQ(texts(pattern), expected) << pattern;
    }
}

TEST_F(LogSearchTest, TimeAndDirectionAreNotSearched)
{
    put("x_B_2026-02-03.log", day("2026-02-03", 10, "x"));
    EXPECT_THAT(texts("RX"), testing::IsEmpty());
    EXPECT_THAT(texts("2026"), testing::IsEmpty());
    EXPECT_THAT(texts("X 3"), testing::IsEmpty());
    EXPECT_THAT(texts("X 3", true), testing::ElementsAre("x 3"));
}

TEST_F(LogSearchTest, ContextIsWholeAcrossBlocks)
{
    const auto text = day("2026-02-03", 20000);
    pack("x_B_2026-02-03.log", text, 60'000);
    contract::LogSearchArgs args;
    args.pattern = "tick \\d*[05]$";
    args.context = 2;
    const auto matches = search_all(args);
    ASSERT_EQ(matches.size(), 4000U);
    for (std::size_t i = 1; i + 1 < matches.size(); ++i) {
        const auto& match = matches[i];
        ASSERT_EQ(match.before.size(), 2U) << i;
        ASSERT_EQ(match.after.size(), 2U) << i;
        const auto all = match.before[0] + "\n" + match.before[1] + "\n[" + match.time + "] [RX] " +
                         match.text + "\n" + match.after[0] + "\n" + match.after[1] + "\n";
        EXPECT_EQ(text.substr(match.at - match.before[0].size() * 2 - 2, all.size()), all);
    }
}

TEST_F(LogSearchTest, OnlyTheTimeThatWasAskedForIsSearched)
{
    for (const auto* date : {"2026-02-03", "2026-02-04", "2026-02-05"})
        put(std::string{"x_B_"} + date + ".log", day(date, 100));
    contract::LogSearchArgs args;
    args.pattern = "tick 9$";
    args.from = "2026-02-04";
    args.to = "2026-02-05 00:00:05";
    const auto matches = search_all(args);
    ASSERT_EQ(matches.size(), 1U);
    EXPECT_EQ(matches[0].time, "2026-02-04 00:00:09.009");
    EXPECT_EQ(matches[0].slot, "B");
}

TEST_F(LogSearchTest, PatternsThatCannotBeAreRefusedInRe2sWords)
{
    contract::LogSearchArgs args;
    for (const auto* bad : {"a(", "[", "*", "((a{1,100}){1,100}){1,100}", "\\8"}) {
        args.pattern = bad;
        EXPECT_THROW(search_all(args), contract::BadMessage) << bad;
    }
}

TEST_F(LogSearchTest, AnAnswerIsBoundedWhateverMatches)
{
    std::string text;
    for (int n = 0; n < 300; ++n)
        text += "[2026-02-03 00:00:00.000] [RX] " + std::string(4000, '\\') + "\n";
    put("x_B_2026-02-03.log", text);
    contract::LogSearchArgs args;
    args.pattern = ".";
    args.context = 20;
    args.limit = 1000;
    std::size_t found = 0;
    do {
        const auto answer = searching.search(args, owners, Budget{std::chrono::seconds{9}});
        EXPECT_LT(contract::to_text(contract::Json(answer)).size(), 262144U);
        found += answer.matches.size();
        args.cursor = answer.cursor;
    } while (args.cursor);
    EXPECT_EQ(found, 300U);
}

} // namespace
} // namespace loggerd
