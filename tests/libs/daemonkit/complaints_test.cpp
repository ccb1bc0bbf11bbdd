#include "daemonkit/complaints.hpp"

#include <gtest/gtest.h>

namespace {

using daemonkit::Complaints;
using std::chrono::seconds;

const Complaints::TimePoint start{seconds{1000}};

TEST(Complaints, AreDueOnceAMinuteForEachAddress)
{
    Complaints complaints;
    EXPECT_TRUE(complaints.is_due("192.168.1.7", start));
    EXPECT_FALSE(complaints.is_due("192.168.1.7", start + seconds{59}));
    EXPECT_TRUE(complaints.is_due("192.168.1.8", start + seconds{59}));
    EXPECT_TRUE(complaints.is_due("192.168.1.7", start + seconds{60}));
}

TEST(Complaints, AreBoundedWhoeverComes)
{
    Complaints complaints;
    std::size_t told = 0;
    for (int n = 0; n < 10'000; ++n) told += complaints.is_due(std::to_string(n), start);
    EXPECT_EQ(told, Complaints::most_addresses);
    EXPECT_TRUE(complaints.is_due("new", start + Complaints::between));
}

} // namespace
