#include "portald/host_address.hpp"

#include <gmock/gmock.h>

#include "loop/asio.hpp"

namespace {

TEST(HostAddress, IsAnAddressWhoeverAsks)
{
    for (const char* peer : {"127.0.0.1", "", "garbage", "::1", "203.0.113.9"}) {
        boost::system::error_code fault;
        asio::ip::make_address_v4(portald::host_address_for(peer), fault);
        EXPECT_FALSE(fault) << peer;
    }
}

TEST(HostAddress, TheHostHasAName)
{
    EXPECT_NE(portald::hostname(), "");
}

} // namespace
