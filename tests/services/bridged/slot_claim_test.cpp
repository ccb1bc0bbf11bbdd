#include "bridged/slot_claim.hpp"

#include <gmock/gmock.h>

namespace {

using namespace std::chrono_literals;
using bridged::SlotClaim;

class AClaim : public testing::Test {
protected:
    void take(std::optional<std::string> address = {})
    {
        claim.take({"ci", contract::wall_now() + 60s, std::move(address)}, now + 60s);
    }
    SlotClaim::TimePoint now{1h};
    SlotClaim claim;
};

TEST_F(AClaim, AdmitsEverybodyWhileThereIsNone)
{
    EXPECT_TRUE(claim.admits("anybody"));
    EXPECT_TRUE(claim.admits(""));
    EXPECT_TRUE(claim.admits_address("192.0.2.1"));
    EXPECT_FALSE(claim.wake_at());
}

TEST_F(AClaim, AdmitsItsOwnerAlone)
{
    take();
    EXPECT_TRUE(claim.admits("ci"));
    EXPECT_FALSE(claim.admits("CI"));
    EXPECT_FALSE(claim.admits(""));
    EXPECT_FALSE(claim.admits_address("192.0.2.1"));
}

TEST_F(AClaim, AdmitsClientsFromItsAddress)
{
    take("192.0.2.1");
    EXPECT_TRUE(claim.admits_address("192.0.2.1"));
    EXPECT_FALSE(claim.admits_address("192.0.2.10"));
}

TEST_F(AClaim, EndsInTime)
{
    take();
    EXPECT_EQ(claim.wake_at(), now + 60s);
    claim.time_passed(now + 59s);
    EXPECT_TRUE(claim.held());
    claim.time_passed(now + 60s);
    EXPECT_FALSE(claim.held());
    EXPECT_TRUE(claim.admits("anybody"));
}

TEST_F(AClaim, EndsWhenItIsReleased)
{
    take();
    claim.release();
    EXPECT_TRUE(claim.admits("anybody"));
    EXPECT_FALSE(claim.wake_at());
}

} // namespace
