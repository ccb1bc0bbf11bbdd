#include "loggerd/alert_rules.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include <re2/re2.h>

#include "contract/names.hpp"

namespace loggerd {
namespace {

using contract::Fields;

constexpr std::size_t most_rules = 100;
constexpr std::size_t longest_pattern = 1000;
constexpr std::int64_t pattern_memory = 1024 * 1024; // of one: a board's output is hostile
constexpr std::int64_t longest_time = 7 * 24 * 3600;
constexpr std::int64_t usual_every = 60;

struct Shipped {
    std::string_view name;
    std::string_view pattern; // "": not one of lines
    bool on;
};
// Off are those that an ordinary log matches.
constexpr std::array shipped{
    Shipped{crash_rule, "", true},
    Shipped{
        "memory",
        R"((?i)\b(?:out of memory|(?:(?:m|c|re)?alloc|allocation) failed|failed to allocate)\b|)"
        R"(\bESP_ERR_NO_MEM\b)",
        true},
    Shipped{"wifi", R"((?i)wifi.*\bdisconnect|\bdisconnected? reason|STA_DISCONNECTED)", false},
    Shipped{"boot", R"(\brst:0x[0-9a-f]+ \()", false},
};

const Shipped* shipped_as(const std::string& name)
{
    const auto* found = std::ranges::find(shipped, name, &Shipped::name);
    return found == shipped.end() ? nullptr : found;
}

std::shared_ptr<const re2::RE2> compiled(const std::string& pattern, const Fields& fields)
{
    if (pattern.size() > longest_pattern) fields.fail("pattern", "is longer than 1000 bytes");
    re2::RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(pattern_memory);
    auto made = std::make_shared<const re2::RE2>(pattern, options);
    if (!made->ok()) fields.fail("pattern", made->error());
    if (re2::RE2::PartialMatch("", *made)) fields.fail("pattern", "matches an empty line");
    return made;
}

std::chrono::seconds seconds(const Fields& fields, std::string_view key, std::int64_t least)
{
    return std::chrono::seconds{fields.integer(key, least, longest_time)};
}

std::string rule_name(const Fields& fields)
{
    auto name = fields.string("name");
    if (name.size() > 100 || contract::slot_id(name) != name || name.empty())
        fields.fail("name", "may have letters, digits, \"-\" and \"_\", at most 100");
    return name;
}

AlertRule read_rule(const Fields& fields)
{
    AlertRule rule;
    rule.name = rule_name(fields);
    const auto* known = shipped_as(rule.name);
    const auto pattern = fields.string_or_null("pattern");
    if (fields.has("silence_s")) rule.silence = seconds(fields, "silence_s", 1);
    if (rule.name == crash_rule && (pattern || rule.silence))
        fields.fail("name", "\"crash\" is what loggerd sees by itself; choose another name");
    if (pattern && rule.silence) fields.fail("silence_s", "cannot be together with pattern");
    if (pattern)
        rule.pattern = compiled(*pattern, fields);
    else if (known != nullptr && !known->pattern.empty() && !rule.silence)
        rule.pattern = compiled(std::string{known->pattern}, fields);
    else if (known == nullptr && !rule.silence)
        fields.fail("pattern", "is missing, and silence_s too");
    if (rule.pattern)
        rule.sieve = std::make_shared<const LineSieve>(std::vector{rule.pattern->pattern()});
    rule.slots = fields.strings_or_none("slots");
    for (const auto& slot : rule.slots)
        if (slot.empty() || contract::slot_id(slot) != slot)
            fields.fail("slots", "\"" + slot + "\" is no slot's id");
    rule.every = std::chrono::seconds{rule.name == crash_rule ? 0 : usual_every};
    if (fields.has("every_s")) rule.every = seconds(fields, "every_s", 0);
    return rule;
}

bool has(const std::vector<std::string>& names, std::string_view name)
{
    return std::ranges::find(names, name) != names.end();
}

} // namespace

bool AlertRule::is_for(const std::string& slot) const
{
    return slots.empty() || has(slots, slot);
}

bool AlertRule::matches(std::string_view text) const
{
    return pattern && sieve->may_match(text) && re2::RE2::PartialMatch(text, *pattern);
}

std::vector<AlertRule> read_alert_rules(const daemonkit::Settings& settings)
{
    const auto section = settings.section("alerts");
    for (const auto* of_portald : {"webhooks", "commands"}) section.has(of_portald);
    const auto given = section.has("rules") ? section.array("rules") : contract::Json::array();
    section.no_others();
    if (given.size() > most_rules) section.fail("rules", "are more than 100");
    std::vector<AlertRule> rules;
    std::vector<std::string> named;
    for (std::size_t i = 0; i < given.size(); ++i) {
        const Fields fields{given[i], section.where() + ": rules[" + std::to_string(i) + "]"};
        const bool enabled = fields.boolean("enabled", true);
        auto rule = read_rule(fields);
        fields.no_others();
        if (has(named, rule.name)) fields.fail("name", "\"" + rule.name + "\" is there twice");
        named.push_back(rule.name);
        if (enabled) rules.push_back(std::move(rule));
    }
    for (const auto& one : shipped) {
        if (!one.on || has(named, one.name)) continue;
        const contract::Json json{{"name", one.name}};
        rules.push_back(read_rule(Fields{json, "shipped rule"}));
    }
    return rules;
}

} // namespace loggerd
