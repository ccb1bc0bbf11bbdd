#include "portald/config.hpp"

#include <gmock/gmock.h>

namespace {

portald::Config load(const std::string& settings, const portald::Overrides& overrides = {})
{
    return portald::load_config(daemonkit::Settings::parse(settings, "settings.json"), overrides);
}

std::string fault_of(const std::string& settings, const portald::Overrides& overrides = {})
{
    try {
        load(settings, overrides);
    } catch (const contract::BadMessage& bad) {
        return bad.what();
    }
    return "none";
}

bool allows(const portald::Config& config, const std::string& address)
{
    return config.access.allows(asio::ip::make_address(address));
}

TEST(PortalConfig, ListensOnAllAddressesForTheLanByDefault)
{
    const auto config = load("{}");

    EXPECT_EQ(config.bind, "0.0.0.0");
    EXPECT_EQ(config.port, 8080);
    EXPECT_TRUE(allows(config, "192.168.1.7"));
    EXPECT_FALSE(allows(config, "8.8.8.8"));
}

TEST(PortalConfig, ReadsItsSections)
{
    const auto config = load(R"({"portal": {"bind": "127.0.0.1", "port": 80, "web_dir": "/srv/page",
        "hosts": ["pi.lab.example"]}, "access": {"allow": ["203.0.113.0/24"]}})");

    EXPECT_EQ(config.bind, "127.0.0.1");
    EXPECT_EQ(config.port, 80);
    EXPECT_EQ(config.web_dir, "/srv/page");
    EXPECT_THAT(config.hosts, testing::ElementsAre("pi.lab.example"));
    EXPECT_TRUE(allows(config, "203.0.113.9"));
    EXPECT_FALSE(allows(config, "192.168.1.7"));
}

TEST(PortalConfig, TheCommandLineWins)
{
    const auto config =
        load(R"({"portal": {"port": 80}})", {.bind = "127.0.0.2", .port = 0, .web_dir = "/web"});

    EXPECT_EQ(config.bind, "127.0.0.2");
    EXPECT_EQ(config.port, 0);
    EXPECT_EQ(config.web_dir, "/web");
}

TEST(PortalConfig, NamesWhatIsWrong)
{
    EXPECT_THAT(fault_of(R"({"portal": {"port": 70000}})"), testing::HasSubstr("portal: port"));
    EXPECT_THAT(fault_of(R"({"portal": {"bind": "::"}})"),
                testing::HasSubstr("portal: bind: \"::\" is no IPv4 address"));
    EXPECT_THAT(fault_of(R"({"portal": {"prot": 80}})"), testing::HasSubstr("prot"));
    EXPECT_THAT(fault_of(R"({"portal": {"hosts": [7]}})"), testing::HasSubstr("portal: hosts"));
    EXPECT_THAT(fault_of(R"({"access": {"allow": ["lan"]}})"), testing::HasSubstr("lan"));
    EXPECT_THAT(fault_of("{}", {.bind = "pi.local", .port = {}, .web_dir = {}}),
                testing::HasSubstr("--bind: \"pi.local\" is no IPv4 address"));
}

} // namespace
