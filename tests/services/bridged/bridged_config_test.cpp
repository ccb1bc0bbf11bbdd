#include "bridged/config.hpp"
#include "bridged/profile.hpp"

#include <gmock/gmock.h>

namespace {

using testing::HasSubstr;

bridged::Config read(const std::string& settings, const std::string& bind = {})
{
    return bridged::read_config(daemonkit::Settings::parse(settings, "settings.json"), bind);
}

std::string fault(const std::string& settings, const std::string& bind = {})
{
    try {
        read(settings, bind);
    } catch (const contract::BadMessage& message) {
        return message.what();
    }
    return "accepted";
}

TEST(BridgedConfig, HasADefaultForEverything)
{
    const auto config = read("{}");
    EXPECT_EQ(config.bind.to_string(), "0.0.0.0");
    EXPECT_EQ(config.history_bytes, 1U << 20);
    EXPECT_EQ(config.away_grace, std::chrono::seconds{5});
    EXPECT_FALSE(config.events_over_tcp);
    EXPECT_TRUE(config.access.allows(asio::ip::make_address("192.168.1.7")));
    EXPECT_FALSE(config.access.allows(asio::ip::make_address("198.51.100.1")));
}

TEST(BridgedConfig, LetsTheCommandLineWin)
{
    EXPECT_EQ(read(R"({"bridge":{"bind":"127.0.0.2"}})").bind.to_string(), "127.0.0.2");
    EXPECT_EQ(read(R"({"bridge":{"bind":"127.0.0.2"}})", "127.0.0.1").bind.to_string(),
              "127.0.0.1");
}

TEST(BridgedConfig, RefusesWhatItCannotMean)
{
    EXPECT_THAT(fault(R"({"bridge":{"bind":"here"}})"), HasSubstr("bind: \"here\" is not an IP"));
    EXPECT_THAT(fault("{}", "nowhere"), HasSubstr("--bind: \"nowhere\""));
    EXPECT_THAT(fault(R"({"bridge":{"history_bytes":1}})"), HasSubstr("history_bytes"));
    EXPECT_THAT(fault(R"({"bridge":{"histroy_bytes":1}})"), HasSubstr("histroy_bytes"));
    EXPECT_THAT(fault(R"({"access":{"allow":["x"]}})"), HasSubstr("allow"));
    EXPECT_THAT(fault(R"({"access":{"allow":[1]}})"), HasSubstr("allow"));
}

TEST(BridgedConfig, ShowsTheBusToThisMachineOnly)
{
    EXPECT_EQ(read(R"({"bus":{"listen":"tcp://127.0.0.1:5555"}})").events_over_tcp,
              "tcp://127.0.0.1:5555");
    EXPECT_EQ(read(R"({"bus":{"listen":"tcp://[::1]:5555"}})").events_over_tcp, "tcp://[::1]:5555");
    EXPECT_THAT(fault(R"({"bus":{"listen":"tcp://0.0.0.0:5555"}})"), HasSubstr("give bus.curve"));
    EXPECT_THAT(fault(R"({"bus":{"listen":"tcp://*:5555"}})"), HasSubstr("listen"));
    EXPECT_THAT(fault(R"({"bus":{"listen":"ipc:///x"}})"), HasSubstr("is not tcp://"));
    EXPECT_THAT(fault(R"({"bus":{"listen":"tcp://"}})"), HasSubstr("is not tcp://"));
}

contract::Device board(const std::string& vid, const std::string& pid)
{
    contract::Device device;
    device.vid = vid;
    device.pid = pid;
    return device;
}

TEST(Profile, GoesByVendorAndProductUnlessTheSlotChooses)
{
    using bridged::profile_of;
    EXPECT_EQ(profile_of({}, board("10c4", "ea60")).name, "esp-bridge");
    EXPECT_EQ(profile_of({}, board("303a", "1001")).name, "esp-usb-jtag");
    EXPECT_EQ(profile_of({}, board("2341", "0043")).name, "plain");
    EXPECT_EQ(profile_of({}, {}).name, "plain");
    EXPECT_EQ(profile_of("plain", board("10c4", "ea60")).name, "plain");
}

TEST(Profile, LeavesEspLinesOffAndGivesOthersDtr)
{
    using bridged::profile_of;
    EXPECT_EQ(profile_of("esp-bridge", {}).idle_lines,
              (serial::LineChange{.dtr = false, .rts = false}));
    EXPECT_EQ(profile_of("plain", {}).idle_lines.dtr, true);
}

} // namespace
