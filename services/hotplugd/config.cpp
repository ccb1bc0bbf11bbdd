#include "hotplugd/config.hpp"

#include <string>
#include <vector>

namespace hotplugd {

namespace {

constexpr std::size_t most_patterns = 64;

std::vector<std::string> read_patterns(const contract::Fields& section)
{
    auto patterns = section.strings("devnodes");
    if (patterns.size() > most_patterns)
        section.fail("devnodes", "more than " + std::to_string(most_patterns) + " patterns");
    for (const auto& pattern : patterns)
        if (const auto fault = DevnodePatterns::fault_of(pattern))
            section.fail("devnodes", "\"" + pattern + "\" " + *fault);
    return patterns;
}

} // namespace

Config load_config(const daemonkit::Settings& settings)
{
    const auto section = settings.section("hotplug");
    Config config;
    if (section.has("devnodes")) config.devnodes = DevnodePatterns{read_patterns(section)};
    section.no_others();
    return config;
}

} // namespace hotplugd
