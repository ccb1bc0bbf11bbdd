#include "hotplugd/config.hpp"

#include <gtest/gtest.h>

#include <string>

namespace {

using hotplugd::DevnodePatterns;

hotplugd::Config load(const std::string& text)
{
    return hotplugd::load_config(daemonkit::Settings::parse(text, "settings.json"));
}

std::string fault_of(const std::string& text)
{
    try {
        load(text);
    } catch (const contract::BadMessage& error) {
        return error.what();
    }
    return "no fault";
}

TEST(HotplugConfig, DefaultsToUsbSerialTtys)
{
    const auto config = load("{}");
    EXPECT_TRUE(config.devnodes.match("/dev/ttyUSB0"));
    EXPECT_TRUE(config.devnodes.match("/dev/ttyACM12"));
    EXPECT_FALSE(config.devnodes.match("/dev/ttyS0"));
    EXPECT_FALSE(config.devnodes.match("/dev/tty"));
}

TEST(HotplugConfig, TakesPatternsInsteadOfTheDefault)
{
    const auto config =
        load(R"({"hotplug": {"_why": "a Pi's UART", "devnodes": ["/dev/ttyAMA?"]}})");
    EXPECT_TRUE(config.devnodes.match("/dev/ttyAMA0"));
    EXPECT_FALSE(config.devnodes.match("/dev/ttyUSB0"));
}

TEST(HotplugConfig, NamesWhatIsWrong)
{
    EXPECT_EQ(fault_of(R"({"hotplug": {"devnodes": ["ttyUSB*"]}})"),
              R"(settings.json: hotplug: devnodes: "ttyUSB*" does not begin with /dev/)");
    EXPECT_EQ(fault_of(R"({"hotplug": {"devnodes": ["/dev/../etc/*"]}})"),
              R"(settings.json: hotplug: devnodes: "/dev/../etc/*" is no plain path)");
    EXPECT_EQ(fault_of(R"({"hotplug": {"devnodes": [7]}})"),
              "settings.json: hotplug: devnodes: an entry is not a string");
    std::string list;
    for (int i = 0; i < 65; ++i) list += list.empty() ? "\"/dev/a\"" : ",\"/dev/a\"";
    EXPECT_EQ(fault_of(R"({"hotplug": {"devnodes": [)" + list + "]}}"),
              "settings.json: hotplug: devnodes: more than 64 patterns");
    EXPECT_NE(fault_of(R"({"hotplug": {"devnode": []}})").find("devnode"), std::string::npos);
    EXPECT_NE(fault_of(R"({"hotplug": {"devnodes": "/dev/ttyUSB*"}})").find("devnodes"),
              std::string::npos);
}

TEST(DevnodePatterns, AreNoWayToAnotherFolder)
{
    const DevnodePatterns patterns{{"/dev/ttyUSB*"}};
    EXPECT_FALSE(patterns.match("/dev/ttyUSB0/../sda"));
    EXPECT_FALSE(patterns.match("/dev/ttyUSB/x"));
    EXPECT_FALSE(patterns.match("/dev//ttyUSB0"));
    EXPECT_FALSE(patterns.match("/dev/./ttyUSB0"));
    EXPECT_FALSE(patterns.match("dev/ttyUSB0"));
    EXPECT_FALSE(patterns.match(std::string{"/dev/ttyUSB0\0/x", 15}));
    EXPECT_FALSE(patterns.match("/dev/ttyUSB" + std::string(300, '0')));
    EXPECT_FALSE(patterns.match(""));
}

TEST(DevnodePatterns, SayWhatTheyAre)
{
    EXPECT_EQ((DevnodePatterns{{"/dev/ttyUSB*", "/dev/ttyACM*"}}.text()),
              "/dev/ttyUSB*, /dev/ttyACM*");
    EXPECT_EQ(DevnodePatterns{{}}.text(), "no pattern");
    EXPECT_EQ(DevnodePatterns::fault_of("/dev/" + std::string(300, 'x')),
              "is longer than 256 bytes");
    EXPECT_EQ(DevnodePatterns::fault_of("/dev/ttyUSB*"), std::nullopt);
}

} // namespace
