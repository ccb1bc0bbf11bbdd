#include "portald/byte_range.hpp"

#include <ostream>

#include <gtest/gtest.h>

namespace portald {

void PrintTo(const ByteRange& range, std::ostream* out)
{
    *out << "[" << range.begin << ", " << range.end << ")";
}

namespace {

TEST(ByteRange, IsFromFirstToLast)
{
    EXPECT_EQ(parse_byte_range("bytes=0-0", 1000), (ByteRange{0, 1}));
    EXPECT_EQ(parse_byte_range("bytes=10-19", 1000), (ByteRange{10, 20}));
    EXPECT_EQ(parse_byte_range("bytes=10-", 1000), (ByteRange{10, 1000}));
    EXPECT_EQ(parse_byte_range("bytes=999-", 1000), (ByteRange{999, 1000}));
}

TEST(ByteRange, EndsWhereTheTextDoes)
{
    EXPECT_EQ(parse_byte_range("bytes=10-999", 1000), (ByteRange{10, 1000}));
    EXPECT_EQ(parse_byte_range("bytes=10-1000", 1000), (ByteRange{10, 1000}));
    EXPECT_EQ(parse_byte_range("bytes=0-18446744073709551615", 1000), (ByteRange{0, 1000}));
}

TEST(ByteRange, OfTheLastBytesIsAsManyAsThereAre)
{
    EXPECT_EQ(parse_byte_range("bytes=-1", 1000), (ByteRange{999, 1000}));
    EXPECT_EQ(parse_byte_range("bytes=-1000", 1000), (ByteRange{0, 1000}));
    EXPECT_EQ(parse_byte_range("bytes=-18446744073709551615", 1000), (ByteRange{0, 1000}));
}

TEST(ByteRange, ThatCannotBeHadIsEmpty)
{
    for (const auto* header :
         {"bytes=1000-", "bytes=1000-1001", "bytes=18446744073709551615-", "bytes=-0"}) {
        const auto range = parse_byte_range(header, 1000);
        ASSERT_TRUE(range) << header;
        EXPECT_EQ(range->begin, range->end) << header;
    }
    const auto of_nothing = parse_byte_range("bytes=0-", 0);
    ASSERT_TRUE(of_nothing);
    EXPECT_EQ(of_nothing->begin, of_nothing->end);
}

TEST(ByteRange, ThatIsMalformedOrOfAnotherKindIsIgnored)
{
    for (const auto* header :
         {"", "bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=5-4", "bytes=1-2,5-6", "lines=1-2",
          "bytes= 1-2", "bytes=+1-2", "bytes=1-2x", "bytes=0x1-2", "bytes=--1", "Bytes=1-2",
          "bytes=18446744073709551616-", "bytes=1-18446744073709551616"})
        EXPECT_EQ(parse_byte_range(header, 1000), std::nullopt) << header;
}

} // namespace
} // namespace portald
