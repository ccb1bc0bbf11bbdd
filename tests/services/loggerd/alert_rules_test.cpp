#include "loggerd/alert_rules.hpp"

#include <gmock/gmock.h>

#include "watch_bench.hpp"

namespace loggerd {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

std::vector<std::string> names(const std::string& alerts)
{
    std::vector<std::string> found;
    const auto rules = rules_of(alerts);
    for (const auto& rule : *rules) found.push_back(rule.name);
    return found;
}

std::string refusal(const std::string& rule)
{
    try {
        rules_of(R"({"rules": [)" + rule + "]}");
    } catch (const contract::BadMessage& error) {
        return error.what();
    }
    return "accepted";
}

TEST(AlertRules, ShipWithWhatAlarmsInNoOrdinaryLog)
{
    EXPECT_THAT(names("{}"), ElementsAre("crash", "memory"));
    EXPECT_THAT(names(R"({"rules": [], "webhooks": [{"url": "http://x/"}], "commands": []})"),
                ElementsAre("crash", "memory"));
}

TEST(AlertRules, OnesThatShipAreSwitchedOnAndOffByName)
{
    EXPECT_THAT(names(R"({"rules": [{"name": "memory", "enabled": false}, {"name": "wifi"}]})"),
                ElementsAre("wifi", "crash"));
    EXPECT_THAT(names(R"({"rules": [{"name": "crash", "enabled": false}]})"),
                ElementsAre("memory"));
    const auto rules = rules_of(R"({"rules": [{"name": "wifi"}, {"name": "boot"}]})");
    EXPECT_TRUE((*rules)[0].matches("W (812) wifi:station disconnected, reason 201"));
    EXPECT_TRUE((*rules)[1].matches("rst:0x1 (POWERON_RESET),boot:0x13"));
}

TEST(AlertRules, SayWhereTheyAreWrong)
{
    EXPECT_THAT(refusal(R"({"name": "x", "pattern": "("})"),
                StartsWith("settings.json: alerts: rules[0]: pattern: missing"));
    EXPECT_THAT(refusal(R"({"name": "x"})"), HasSubstr("rules[0]: pattern: is missing"));
    EXPECT_THAT(refusal(R"({"pattern": "x"})"), HasSubstr("rules[0]: name: is missing"));
    EXPECT_THAT(refusal(R"({"name": "a b", "pattern": "x"})"), HasSubstr("rules[0]: name: "));
    EXPECT_THAT(refusal(R"({"name": "x", "pattern": "a*"})"), HasSubstr("matches an empty line"));
    EXPECT_THAT(refusal(R"({"name": "crash", "pattern": "x"})"), HasSubstr("rules[0]: name: "));
    EXPECT_THAT(refusal(R"({"name": "x", "silence_s": 0})"), HasSubstr("rules[0]: silence_s: "));
    EXPECT_THAT(refusal(R"({"name": "x", "silence_s": 5, "pattern": "x"})"),
                HasSubstr("rules[0]: silence_s: "));
    EXPECT_THAT(refusal(R"({"name": "x", "pattern": "x", "slots": ["a b"]})"),
                HasSubstr("rules[0]: slots: "));
    EXPECT_THAT(refusal(R"({"name": "x", "pattern": "x", "evry_s": 1})"), HasSubstr("evry_s"));
    EXPECT_THAT(refusal(R"({"name": "x", "pattern": "x"}, {"name": "x", "pattern": "y"})"),
                HasSubstr("rules[1]: name: "));
    EXPECT_THAT(refusal(R"({"name": "x", "pattern": ")" + std::string(1001, 'x') + "\"}"),
                HasSubstr("pattern: is longer"));
    EXPECT_THAT(refusal("7"), HasSubstr("rules[0]"));
}

} // namespace
} // namespace loggerd
