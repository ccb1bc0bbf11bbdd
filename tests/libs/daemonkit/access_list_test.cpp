#include "daemonkit/access_list.hpp"

#include <gtest/gtest.h>

#include "contract/json.hpp"
#include "libs/daemonkit/temporary_folder.hpp"

namespace daemonkit {

namespace {

bool allows(const AccessList& list, const char* address)
{
    return list.allows(asio::ip::make_address(address));
}

std::string refusal(const std::string& network)
{
    return test::error_of([&] { AccessList::parse({network}, "settings.json: access: allow"); });
}

} // namespace

TEST(AccessList, OfTheLanHoldsEveryPrivateNetworkAndNoOther)
{
    const auto lan = AccessList::lan();
    for (const char* address : {"127.0.0.1", "::1", "10.255.0.1", "172.16.0.1", "172.31.255.255",
                                "192.168.1.7", "169.254.3.4", "100.64.0.1", "100.127.255.255",
                                "fe80::1", "fe80::1%1", "fd00::7", "fc00::1"})
        EXPECT_TRUE(allows(lan, address)) << address;
    for (const char* address : {"8.8.8.8", "172.15.0.1", "172.32.0.1", "192.169.0.1", "100.63.0.1",
                                "100.128.0.0", "2001:db8::1", "fec0::1", "::2", "0.0.0.0"})
        EXPECT_FALSE(allows(lan, address)) << address;
}

TEST(AccessList, UnmapsIPv4InIPv6)
{
    const auto list = AccessList::parse({"192.168.0.0/16"}, "test");
    EXPECT_TRUE(allows(list, "::ffff:192.168.1.7"));
    EXPECT_FALSE(allows(list, "::ffff:8.8.8.8"));
}

TEST(AccessList, TakesMappedNetworksToo)
{
    const auto list = AccessList::parse({"::ffff:10.0.0.0/104"}, "test");
    EXPECT_TRUE(allows(list, "10.9.8.7"));
    EXPECT_TRUE(allows(list, "::ffff:10.9.8.7"));
    EXPECT_FALSE(allows(list, "11.0.0.0"));
}

TEST(AccessList, TakesBareAddresses)
{
    const auto list = AccessList::parse({"10.1.2.3", "2001:db8::5"}, "test");
    EXPECT_TRUE(allows(list, "10.1.2.3"));
    EXPECT_FALSE(allows(list, "10.1.2.4"));
    EXPECT_TRUE(allows(list, "2001:db8::5"));
    EXPECT_FALSE(allows(list, "2001:db8::4"));
}

TEST(AccessList, ComparesOnlyThePrefix)
{
    const auto list = AccessList::parse({"10.1.2.3/20", "2001:db8::1/33"}, "test");
    EXPECT_TRUE(allows(list, "10.1.15.255"));
    EXPECT_FALSE(allows(list, "10.1.16.0"));
    EXPECT_TRUE(allows(list, "2001:db8:7fff::"));
    EXPECT_FALSE(allows(list, "2001:db8:8000::"));
}

TEST(AccessList, WithPrefixZeroHoldsItsWholeFamily)
{
    const auto list = AccessList::parse({"0.0.0.0/0"}, "test");
    EXPECT_TRUE(allows(list, "8.8.8.8"));
    EXPECT_FALSE(allows(list, "2001:db8::1"));
}

TEST(AccessList, ThatIsEmptyAllowsNobody)
{
    EXPECT_FALSE(allows(AccessList::parse({}, "test"), "127.0.0.1"));
}

TEST(AccessList, NamesTheEntryThatIsNoNetwork)
{
    EXPECT_EQ(refusal("10.0.0.0/33"),
              "settings.json: access: allow: \"10.0.0.0/33\" is no network such as "
              "192.168.0.0/16 or fc00::/7");
    for (const char* text : {"", "lan", "10.0.0/8", "10.0.0.0/", "10.0.0.0/8x", "10.0.0.0/-1",
                             "10.0.0.0/ 8", "::/129", "fe80::1%eth0", "10.0.0.0/8/8"})
        EXPECT_NE(refusal(text), "") << text;
}

} // namespace daemonkit
