#include "bridged/reader_pace.hpp"

#include <gtest/gtest.h>

namespace {

using namespace std::chrono_literals;
using bridged::ReaderPace;

constexpr std::uint64_t capacity = 1000;

TEST(ReaderPace, NeverHoldsWhenNobodyReads)
{
    ReaderPace pace{capacity};
    for (std::uint64_t end = 0; end < 10 * capacity; end += 100) pace.wrote(end, 1s);
    EXPECT_FALSE(pace.holds());
}

TEST(ReaderPace, HoldsWhenThreeQuartersAreUnreadAndSomebodyReads)
{
    ReaderPace pace{capacity};
    pace.read(0, 1s);
    pace.wrote(750, 1s);
    EXPECT_FALSE(pace.holds());
    pace.wrote(751, 1s);
    EXPECT_TRUE(pace.holds());
}

TEST(ReaderPace, LetsGoWhenHalfIsRead)
{
    ReaderPace pace{capacity};
    pace.read(0, 1s);
    pace.wrote(800, 1s);
    pace.read(299, 1s);
    EXPECT_TRUE(pace.holds());
    pace.read(300, 1s);
    EXPECT_FALSE(pace.holds());
}

TEST(ReaderPace, AReaderThatHasFallenSilentHoldsNobody)
{
    ReaderPace pace{capacity};
    pace.read(0, 1s);
    pace.wrote(900, 1s + ReaderPace::patience);
    EXPECT_FALSE(pace.holds());
}

TEST(ReaderPace, GivesUpUntilTheReaderHasCaughtUp)
{
    ReaderPace pace{capacity};
    pace.read(0, 1s);
    pace.wrote(800, 1s);
    ASSERT_EQ(pace.give_up(), contract::Monotonic{1s + ReaderPace::patience});
    pace.expire(1s + ReaderPace::patience);
    EXPECT_FALSE(pace.holds());

    pace.read(100, 2s); // still far behind
    pace.wrote(950, 2s);
    EXPECT_FALSE(pace.holds());

    pace.read(950, 3s);
    pace.wrote(950 + 751, 3s);
    EXPECT_TRUE(pace.holds());
}

TEST(ReaderPace, TheFurthestReaderCounts)
{
    ReaderPace pace{capacity};
    pace.wrote(700, 1s);
    pace.read(700, 1s);
    pace.read(0, 1s); // somebody looks at the beginning
    pace.wrote(1400, 1s);
    EXPECT_FALSE(pace.holds());
}

TEST(ReaderPace, AnExpiryThatComesTooEarlyChangesNothing)
{
    ReaderPace pace{capacity};
    pace.read(0, 1s);
    pace.wrote(800, 1s);
    pace.expire(1s);
    EXPECT_TRUE(pace.holds());
}

} // namespace
