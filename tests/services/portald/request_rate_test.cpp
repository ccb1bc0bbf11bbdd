#include "portald/request_rate.hpp"

#include <gmock/gmock.h>

#include "portald/front_door.hpp"
#include "sample.hpp"

namespace {

using namespace std::chrono_literals;
using portald::RequestRate;

struct RequestRateTest : testing::Test {
    bool passes(const portald::Request& request) { return !rate.refusal(request, now); }
    portald::Request from(const std::string& address)
    {
        return sample::post("/api/slots/A/write", "{}", address);
    }
    /// Until it is too many.
    int burst(const std::string& address)
    {
        int count = 0;
        while (count < 1000 && passes(from(address))) ++count;
        return count;
    }

    RequestRate rate;
    portald::TokenBucket::TimePoint now{1h};
};

TEST_F(RequestRateTest, LetsABurstThroughAndThenSoManyASecond)
{
    EXPECT_EQ(burst("192.0.2.7"), 200);
    const auto refused = rate.refusal(from("192.0.2.7"), now);
    ASSERT_TRUE(refused);
    EXPECT_EQ(refused->status, 429);
    EXPECT_THAT(refused->headers, testing::Contains(testing::Pair("Retry-After", "1")));
    now += 1s;
    EXPECT_EQ(burst("192.0.2.7"), 50);
    now += 1h;
    EXPECT_EQ(burst("192.0.2.7"), 200) << "no more than a burst is saved up";
}

TEST_F(RequestRateTest, CountsEachAddressForItself)
{
    burst("192.0.2.7");
    EXPECT_TRUE(passes(from("192.0.2.8")));
}

TEST_F(RequestRateTest, CountsNeitherWhatOnlyLooksNorWhatUdevTells)
{
    burst("127.0.0.1");
    EXPECT_TRUE(passes(sample::get("/api/devices")));
    EXPECT_TRUE(passes(sample::post("/api/hotplug", "{}")));
    EXPECT_FALSE(passes(sample::post("/api/start", "{}")));
}

TEST(FrontDoorRate, StandsAtTheDoor)
{
    const portald::FrontDoor door(daemonkit::AccessList::lan(), {"bench-pi", {}});
    int refused = 0;
    for (int i = 0; i < 20'000; ++i) {
        const auto response = door.refusal(sample::post("/api/start", "{}"));
        if (response && response->status == 429) ++refused;
    }
    EXPECT_GT(refused, 0);
}

TEST_F(RequestRateTest, RemembersNoMoreAddressesThanItHasRoomFor)
{
    for (std::size_t i = 0; i < RequestRate::most_addresses; ++i)
        EXPECT_TRUE(passes(from("a" + std::to_string(i))));
    EXPECT_FALSE(passes(from("one more")));
    now += 1s;
    EXPECT_TRUE(passes(from("one more"))) << "those who were quiet are forgotten";
}

} // namespace
