#include "bridged/batch.hpp"

#include <gtest/gtest.h>

namespace {

using namespace bridged;
using namespace std::chrono_literals;
using contract::Monotonic;

constexpr Monotonic start = 1000s;
constexpr contract::Time noon{43200s};

Batch begun(std::size_t bytes = 10)
{
    Batch batch;
    batch.begin(Direction::rx, bytes, noon, start);
    return batch;
}

TEST(Batch, IsQuietUntilSomethingIsHeardAndAgainAWindowLater)
{
    Batch batch;
    EXPECT_TRUE(batch.quiet(Direction::rx, start));
    batch.heard(Direction::rx, start);
    EXPECT_FALSE(batch.quiet(Direction::rx, start + 19ms));
    EXPECT_TRUE(batch.quiet(Direction::rx, start + 20ms));
    EXPECT_TRUE(batch.quiet(Direction::tx, start)) << "each direction for itself";
}

TEST(Batch, JoinsReadsOfItsDirectionUntilItsDeadline)
{
    const Batch batch = begun();
    EXPECT_EQ(batch.deadline(), start + 20ms);
    EXPECT_EQ(batch.joins(Direction::rx, 10, noon + 3ms, start + 3ms), 3000u);
    EXPECT_EQ(batch.joins(Direction::rx, 10, noon + 19ms, start + 19ms), 19000u);
    EXPECT_FALSE(batch.joins(Direction::rx, 10, noon + 20ms, start + 20ms));
    EXPECT_FALSE(batch.joins(Direction::tx, 10, noon + 3ms, start + 3ms));
}

TEST(Batch, JoinsNothingBeforeItIsBegunOrAfterItIsClosed)
{
    EXPECT_FALSE(Batch{}.joins(Direction::rx, 1, noon, start));
    Batch batch = begun();
    batch.close();
    EXPECT_FALSE(batch.joins(Direction::rx, 1, noon, start));
    EXPECT_FALSE(batch.open());
}

TEST(Batch, IsBoundedInBytes)
{
    Batch batch = begun(4000);
    EXPECT_FALSE(batch.full());
    EXPECT_FALSE(batch.joins(Direction::rx, 97, noon, start));
    EXPECT_TRUE(batch.joins(Direction::rx, 96, noon, start));
    batch.extend(96);
    EXPECT_TRUE(batch.full());
    EXPECT_FALSE(batch.joins(Direction::rx, 1, noon, start));
}

TEST(Batch, IsBoundedInReads)
{
    Batch batch = begun(1);
    for (int reads = 1; reads < 256; ++reads) {
        EXPECT_TRUE(batch.joins(Direction::rx, 1, noon, start));
        batch.extend(1);
    }
    EXPECT_TRUE(batch.full());
}

TEST(Batch, DoesNotSpanAStepOfTheWallClock)
{
    const Batch batch = begun();
    EXPECT_FALSE(batch.joins(Direction::rx, 1, noon - 1us, start + 1ms));
    EXPECT_FALSE(batch.joins(Direction::rx, 1, noon + 1h, start + 1ms));
}

} // namespace
