#include "portald/alert_settings.hpp"

#include <algorithm>

#include <spdlog/fmt/fmt.h>

#include "contract/names.hpp"

namespace portald {

namespace {

using contract::Fields;

constexpr std::size_t most_targets = 32;
constexpr std::size_t longest_url = 2000;

bool has_or_is_empty(const std::vector<std::string>& names, const std::string& name)
{
    return names.empty() || std::ranges::find(names, name) != names.end();
}

/// Where "http://user:secret@host:1/path?key=secret" leads to: from the host to the path.
std::string host_of(const std::string& url)
{
    const auto begin = url.find("://") + 3;
    auto host = url.substr(begin, url.find_first_of("/?#", begin) - begin);
    return host.substr(host.rfind('@') + 1);
}

void check_url(const std::string& url, const Fields& fields)
{
    const bool is_http = url.starts_with("http://") || url.starts_with("https://");
    if (!is_http) fields.fail("url", "must begin with http:// or https://");
    if (url.size() > longest_url) fields.fail("url", "is longer than 2000 bytes");
    const bool strange = std::ranges::any_of(
        url, [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == '\x7f'; });
    if (strange) fields.fail("url", "has blanks or control characters");
    if (host_of(url).empty()) fields.fail("url", "names no host");
}

void check_command(const std::vector<std::string>& run, const Fields& fields)
{
    if (run.empty() || !run.front().starts_with('/'))
        fields.fail("run", "must be a list that begins with an absolute path");
    for (const auto& word : run)
        if (word.find('\0') != std::string::npos) fields.fail("run", "has a NUL in it");
}

template<typename Read>
void read_list(const Fields& section, const char* key, std::vector<AlertTarget>& targets, Read read)
{
    if (!section.has(key)) return;
    const auto& list = section.array(key);
    for (std::size_t i = 0; i < list.size(); ++i) {
        const Fields fields{list[i], section.where() + ": " + key + "[" + std::to_string(i) + "]"};
        AlertTarget target;
        read(fields, target);
        target.rules = fields.strings_or_none("rules");
        target.slots = fields.strings_or_none("slots");
        fields.no_others();
        targets.push_back(std::move(target));
    }
}

} // namespace

bool AlertTarget::wants(const std::string& slot, const std::string& rule) const
{
    return has_or_is_empty(slots, slot) && has_or_is_empty(rules, rule);
}

std::string AlertTarget::shown() const
{
    if (url.empty()) return run.front();
    return url.substr(0, url.find("://") + 3) + host_of(url);
}

/// FNV-1a, 64 bit: on the bus, a stranger must not read the address in it.
std::string AlertTarget::key() const
{
    std::uint64_t hash = 0xcbf29ce484222325;
    const auto add = [&](std::string_view word) {
        for (const char c : word) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
        hash = (hash ^ 0xff) * 0x100000001b3; // no byte of UTF-8: an end
    };
    add(url);
    for (const auto* words : {&run, &rules, &slots}) {
        add(std::to_string(words->size()));
        for (const auto& word : *words) add(word);
    }
    return fmt::format("{:016x}", hash);
}

std::vector<AlertTarget> read_alert_targets(const daemonkit::Settings& settings)
{
    const auto section = settings.section("alerts");
    section.has("rules"); // loggerd's
    std::vector<AlertTarget> targets;
    read_list(section, "webhooks", targets, [](const Fields& fields, AlertTarget& target) {
        target.url = fields.string("url");
        check_url(target.url, fields);
    });
    read_list(section, "commands", targets, [](const Fields& fields, AlertTarget& target) {
        target.run = fields.strings("run");
        check_command(target.run, fields);
    });
    section.no_others();
    if (targets.size() > most_targets) section.fail("webhooks", "and commands are more than 32");
    return targets;
}

std::string alert_text(const std::string& slot, const contract::AlertReport& alert,
                       const std::string& hostname)
{
    contract::Json json{{"id", alert.id()}, {"host", hostname}, {"slot", slot}};
    const contract::Json report = alert;
    for (const auto& [key, value] : report.items()) json[key] = value;
    return contract::to_text(json);
}

} // namespace portald
