#include <gtest/gtest.h>

#include "contract/time.hpp"

using namespace contract;
using namespace std::chrono;

namespace {

constexpr Time moment = sys_days{year{2026} / 11 / 22} + hours{9} + microseconds{123456};

TEST(Time, IsWrittenWithSixDigits)
{
    EXPECT_EQ(format_time(moment), "2026-11-22T09:00:00.123456Z");
    EXPECT_EQ(format_time(Time{}), "1970-01-01T00:00:00.000000Z");
    EXPECT_EQ(format_time(Time{microseconds{-1}}), "1969-12-31T23:59:59.999999Z");
    EXPECT_EQ(format_time(sys_days{year{2028} / 2 / 29} + hours{23}),
              "2028-02-29T23:00:00.000000Z");
}

TEST(Time, StaysWithinFourDigitsOfYears)
{
    EXPECT_EQ(format_time(Time::max()), "9999-12-31T23:59:59.999999Z");
    EXPECT_EQ(format_time(Time::min()), "0000-01-01T00:00:00.000000Z");
}

TEST(Time, IsReadWithFewerDigitsOrNone)
{
    EXPECT_EQ(parse_time("2026-11-22T09:00:00.123456Z"), moment);
    EXPECT_EQ(parse_time("2026-11-22T09:00:00.12Z"), moment - microseconds{3456});
    EXPECT_EQ(parse_time("2026-11-22T09:00:00Z"), moment - microseconds{123456});
}

TEST(Time, ReadsWhatItWrites)
{
    for (const Time time : {Time{}, moment, Time{microseconds{-1}}, moment + years{70}}) {
        EXPECT_EQ(parse_time(format_time(time)), time);
    }
}

TEST(Time, RefusesEverythingElse)
{
    for (const char* text : {"",
                             "Z",
                             "noon",
                             "2026-11-22",
                             "2026-11-22T09:00:00",
                             "2026-11-22T09:00:00.Z",
                             "2026-11-22T09:00:00.1234567Z",
                             "2026-11-22T09:00:00+01:00",
                             "2026-11-22 09:00:00Z",
                             "2026-13-01T00:00:00Z",
                             "2026-02-29T00:00:00Z",
                             "2026-00-10T00:00:00Z",
                             "2026-11-22T24:00:00Z",
                             "2026-11-22T09:60:00Z",
                             "2026-11-22T09:00:60Z",
                             "2026-11-22T-9:00:00Z",
                             "+026-11-22T09:00:00Z",
                             "2026-11-22T09:00:00.1 Z",
                             "2026-11-22T09:00:00ZZ",
                             "2026-11-22T09:00:00,5Z"}) {
        EXPECT_EQ(parse_time(text), std::nullopt) << text;
    }
}

} // namespace
