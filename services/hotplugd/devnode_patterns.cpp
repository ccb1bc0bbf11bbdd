#include "hotplugd/devnode_patterns.hpp"

#include <fnmatch.h>

#include <algorithm>
#include <utility>

namespace hotplugd {

namespace {

bool is_plain_path(const std::string& path)
{
    if (path.size() > DevnodePatterns::most_bytes) return false;
    if (path.find('\0') != std::string::npos) return false;
    const std::string closed = path + "/";
    return closed.find("/../") == std::string::npos && closed.find("/./") == std::string::npos &&
           closed.find("//") == std::string::npos;
}

} // namespace

DevnodePatterns::DevnodePatterns(std::vector<std::string> patterns) : patterns_(std::move(patterns))
{
}

bool DevnodePatterns::match(const std::string& devnode) const
{
    return is_plain_path(devnode) && std::ranges::any_of(patterns_, [&](const auto& pattern) {
               return fnmatch(pattern.c_str(), devnode.c_str(), FNM_PATHNAME | FNM_PERIOD) == 0;
           });
}

std::string DevnodePatterns::text() const
{
    std::string all;
    for (const auto& pattern : patterns_) {
        if (!all.empty()) all += ", ";
        all += pattern;
    }
    return all.empty() ? "no pattern" : all;
}

std::optional<std::string> DevnodePatterns::fault_of(const std::string& pattern)
{
    if (pattern.size() > most_bytes) return "is longer than 256 bytes";
    if (!pattern.starts_with("/dev/")) return "does not begin with /dev/";
    if (!is_plain_path(pattern)) return "is no plain path";
    return std::nullopt;
}

} // namespace hotplugd
