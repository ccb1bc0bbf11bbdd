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
    EXPECT_EQ(read("{}").form.binary, Binary::summary);
    EXPECT_EQ(read("{}").form.ansi, Ansi::escape);
    EXPECT_EQ(read("{}").form.file_bytes, 64u << 20);
    EXPECT_EQ(read("{}").limits.keep_days, 90u);
    EXPECT_EQ(read("{}").limits.keep_bytes, 1u << 30);
}

TEST(LoggerConfig, TheCommandLineWins)
{
    const auto config = read(R"({"log": {"dir": "/srv/log", "binary": "escape"}})", "here");
    EXPECT_EQ(config.dir, "here");
    EXPECT_EQ(config.form.binary, Binary::escape);
}

TEST(LoggerConfig, NamesWhatIsWrong)
{
    EXPECT_EQ(refusal(R"({"log": {"binary": "hex"}})"),
              R"(settings.json: log: binary: "hex" is neither "summary" nor "escape")");
    EXPECT_EQ(refusal(R"({"log": {"dir": "logs"}})"),
              "settings.json: log: dir: must be an absolute path");
    EXPECT_EQ(refusal(R"({"log": {"ansi": "strip"}})"),
              R"(settings.json: log: ansi: "strip" is neither "escape" nor "keep")");
    EXPECT_NE(refusal(R"({"log": {"colour": "keep"}})"), "accepted");
    for (const char* size : {"0", "262143", "-1", "1e9", "\"1G\"", "18446744073709551616"}) {
        EXPECT_NE(refusal(R"({"log": {"keep_bytes": )" + std::string{size} + "}}"), "accepted");
        EXPECT_NE(refusal(R"({"log": {"max_file_bytes": )" + std::string{size} + "}}"), "accepted");
    }
    EXPECT_NE(refusal(R"({"log": {"keep_days": -1}})"), "accepted");
    EXPECT_NE(refusal(R"({"log": {"keep_days": 40000}})"), "accepted");
}

TEST(LoggerConfig, HasAllOfItSet)
{
    const auto config = read(R"({"log": {"ansi": "keep", "max_file_bytes": 1048576,
                                         "keep_days": 0, "keep_bytes": 3000000000}})");
    EXPECT_EQ(config.form.ansi, Ansi::keep);
    EXPECT_EQ(config.form.file_bytes, 1048576u);
    EXPECT_EQ(config.limits.keep_days, 0u);
    EXPECT_EQ(config.limits.keep_bytes, 3'000'000'000u);
}

} // namespace
} // namespace loggerd
