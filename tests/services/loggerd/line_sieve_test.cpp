#include <gtest/gtest.h>

#include "loggerd/boot_signs.hpp"
#include "loggerd/crash_signs.hpp"
#include "loggerd/line_sieve.hpp"

namespace loggerd {
namespace {

TEST(LineSieve, LetsALinePassWhereverTheWordStands)
{
    const LineSieve sieve{{"panic! at (\\d+)", "stack overflow"}};
    for (std::size_t before = 0; before < 20; ++before)
        for (std::size_t after = 0; after < 5; ++after)
            for (const std::string word : {"panic! at 12", "stack overflow"})
                EXPECT_TRUE(
                    sieve.may_match(std::string(before, '.') + word + std::string(after, '.')))
                    << before << ' ' << word << ' ' << after;
}

TEST(LineSieve, HoldsBackLinesWithoutAnyOfTheWords)
{
    const LineSieve sieve{{"panic! at (\\d+)", "stack overflow"}};
    for (const std::string line : {"", "pan", "I (12) wifi: connected", "STA started"})
        EXPECT_FALSE(sieve.may_match(line)) << line;
}

TEST(LineSieve, TakesLetterCaseForNothing)
{
    const LineSieve sieve{{"(?i)out of memory"}};
    EXPECT_TRUE(sieve.may_match("E: Out Of MEMORY"));
}

TEST(LineSieve, LetsAllPassWhenAPatternNeedsNoLongWord)
{
    for (const std::string pattern :
         {"\\d+", "abc", "(?:stack overflow)?x", "(?i)Überlauf im Speicher"})
        EXPECT_TRUE((LineSieve{{"stack overflow", pattern}}.may_match("I (12) app: fine")))
            << pattern;
}

TEST(LineSieve, OfNoPatternsHoldsBackEverything)
{
    EXPECT_FALSE(LineSieve{{}}.may_match("stack overflow"));
}

TEST(LineSieve, HasAWordForEverySignOfABootAndACrash)
{
    auto patterns = boot_sign_patterns();
    for (const auto& pattern : crash_sign_patterns()) patterns.push_back(pattern);
    for (const auto& pattern : patterns)
        EXPECT_FALSE(LineSieve{{pattern}}.may_match("I (4093) wifi: state run, bb0, rssi -61"))
            << pattern;
}

} // namespace
} // namespace loggerd
