#include "daemonkit/access_settings.hpp"

#include <gtest/gtest.h>

namespace {

daemonkit::AccessList configured(const char* settings)
{
    return daemonkit::configured_access(daemonkit::Settings::parse(settings, "settings.json"));
}
asio::ip::address ip(const char* text)
{
    return asio::ip::make_address(text);
}

/// The source address of a route out of this machine; no packet is sent.
std::optional<asio::ip::address> own_address()
{
    asio::io_context io;
    asio::ip::udp::socket socket{io, asio::ip::udp::v4()};
    boost::system::error_code fault;
    socket.connect({ip("203.0.113.1"), 9}, fault);
    if (fault) return std::nullopt;
    return socket.local_endpoint().address();
}

TEST(ConfiguredAccess, WithoutAListLetsInTheLanAndNoStranger)
{
    const auto access = configured("{}");
    EXPECT_TRUE(access.allows(ip("127.0.0.1")));
    EXPECT_TRUE(access.allows(ip("192.168.1.7")));
    EXPECT_FALSE(access.allows(ip("198.51.100.77")));
}

TEST(ConfiguredAccess, WithoutAListLetsInThisMachineByWhateverAddressItHas)
{
    const auto own = own_address();
    if (!own) GTEST_SKIP() << "this machine has no route";
    EXPECT_TRUE(configured("{}").allows(*own));
}

TEST(ConfiguredAccess, AListIsRespectedToTheLetter)
{
    const auto access = configured(R"({"access": {"allow": ["198.51.100.0/24"]}})");
    EXPECT_TRUE(access.allows(ip("198.51.100.77")));
    EXPECT_FALSE(access.allows(ip("127.0.0.1")));
}

TEST(ConfiguredAccess, AnUnknownKeyIsRefusedByName)
{
    try {
        configured(R"({"access": {"alow": []}})");
        FAIL() << "taken";
    } catch (const contract::BadMessage& error) {
        EXPECT_NE(std::string{error.what()}.find("alow"), std::string::npos) << error.what();
    }
}

} // namespace
