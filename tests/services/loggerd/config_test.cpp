#include "loggerd/config.hpp"

#include <gtest/gtest.h>

namespace loggerd {
namespace {

Config read(const std::string& text, const std::string& dir = "")
{
    return read_config(daemonkit::Settings::parse(text, "settings.json"), dir);
}

std::string refusal(const std::string& text)
{
    try {
        read(text);
    } catch (const contract::BadMessage& error) {
        return error.what();
    }
    return "accepted";
}

TEST(LoggerConfig, HasADefaultForEverything)
{
    EXPECT_EQ(read("{}").dir, "/var/log/serial");
    EXPECT_EQ(read("{}").binary, Binary::summary);
}

TEST(LoggerConfig, TheCommandLineWins)
{
    const auto config = read(R"({"log": {"dir": "/srv/log", "binary": "escape"}})", "here");
    EXPECT_EQ(config.dir, "here");
    EXPECT_EQ(config.binary, Binary::escape);
}

TEST(LoggerConfig, NamesWhatIsWrong)
{
    EXPECT_EQ(refusal(R"({"log": {"binary": "hex"}})"),
              R"(settings.json: log: binary: "hex" is neither "summary" nor "escape")");
    EXPECT_EQ(refusal(R"({"log": {"dir": "logs"}})"),
              "settings.json: log: dir: must be an absolute path");
    EXPECT_NE(refusal(R"({"log": {"ansi": "keep"}})"), "accepted");
}

} // namespace
} // namespace loggerd
