#include "portald/alert_settings.hpp"

#include <gmock/gmock.h>

namespace portald {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

std::vector<AlertTarget> read(const std::string& alerts)
{
    return read_alert_targets(
        daemonkit::Settings::parse(R"({"alerts": )" + alerts + "}", "settings.json"));
}

std::string refusal(const std::string& alerts)
{
    try {
        read(alerts);
    } catch (const contract::BadMessage& error) {
        return error.what();
    }
    return "accepted";
}

TEST(AlertSettings, ATargetTakesWhatItAskedFor)
{
    const auto targets = read(R"({"rules": [], "webhooks": [{"url": "https://h/x"},
        {"url": "http://h", "rules": ["crash"], "slots": ["A"]}],
        "commands": [{"run": ["/bin/true", "-x"], "rules": ["memory"]}]})");
    ASSERT_THAT(targets, SizeIs(3));
    EXPECT_TRUE(targets[0].wants("B", "memory"));
    EXPECT_TRUE(targets[1].wants("A", "crash"));
    EXPECT_FALSE(targets[1].wants("B", "crash"));
    EXPECT_FALSE(targets[1].wants("A", "memory"));
    EXPECT_TRUE(targets[2].wants("A", "memory"));
    EXPECT_THAT(read("{}"), SizeIs(0));
}

TEST(AlertSettings, SayWhereTheyAreWrong)
{
    for (const char* url :
         {"ftp://h/", "file:///etc/passwd", "h/x", "http://", "http://a b/", "https://u:p@/x", ""})
        EXPECT_THAT(refusal(R"({"webhooks": [{"url": ")" + std::string(url) + "\"}]}"),
                    StartsWith("settings.json: alerts: webhooks[0]: url: "))
            << url;
    for (const char* run : {"[]", R"(["true"])", "7", R"(["/bin/true", 7])"})
        EXPECT_THAT(refusal(R"({"commands": [{"run": )" + std::string(run) + "}]}"),
                    StartsWith("settings.json: alerts: commands[0]: run: "))
            << run;
    EXPECT_THAT(refusal(R"({"webhook": []})"), HasSubstr("alerts: webhook"));
    EXPECT_THAT(refusal(R"({"webhooks": [{"url": "http://h/", "rule": []}]})"), HasSubstr("rule"));
}

TEST(AlertSettings, WhatIsShownOfATargetHasNoSecretsInIt)
{
    const auto targets =
        read(R"({"webhooks": [{"url": "https://user:secret@host:8443/hook/secret?key=secret"}],
                 "commands": [{"run": ["/usr/bin/tell", "secret"]}]})");
    EXPECT_EQ(targets[0].shown(), "https://host:8443");
    EXPECT_EQ(targets[1].shown(), "/usr/bin/tell");
}

TEST(AlertSettings, TheTextHasAllThatTheAlertHas)
{
    contract::AlertReport alert;
    alert.rule = "crash";
    alert.serial_epoch = "9f86d081884c7d65";
    alert.serial_seq = 57;
    alert.dump = {"Backtrace: 0x4:0x5"};
    const auto json = contract::parse_json(alert_text("A", alert, "pi"), "text");
    EXPECT_EQ(json["id"], "9f86d081884c7d65-57-crash");
    EXPECT_EQ(json["slot"], "A");
    EXPECT_EQ(json["host"], "pi");
    EXPECT_EQ(json["dump"][0], "Backtrace: 0x4:0x5");
}

} // namespace
} // namespace portald
