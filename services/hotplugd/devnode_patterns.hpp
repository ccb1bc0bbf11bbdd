#pragma once

#include <optional>
#include <string>
#include <vector>

namespace hotplugd {

/// Which device nodes are ours: shell patterns under /dev. No I/O.
class DevnodePatterns {
public:
    /// Longest devnode and pattern, in bytes.
    static constexpr std::size_t most_bytes = 256;

    /// @param patterns  each without fault_of()
    explicit DevnodePatterns(std::vector<std::string> patterns);

    /// Never true for a path with a ".." or an empty component: "/dev/ttyUSB*" shall not
    /// be a way to another folder.
    bool match(const std::string& devnode) const;

    /// "/dev/ttyUSB*, /dev/ttyACM*", for error texts.
    std::string text() const;

    /// Why a pattern is refused ("does not begin with /dev/"); nothing when it is fine.
    static std::optional<std::string> fault_of(const std::string& pattern);

private:
    std::vector<std::string> patterns_;
};

} // namespace hotplugd
