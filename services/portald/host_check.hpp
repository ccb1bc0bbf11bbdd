#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace portald {

/// Keeps other sites' pages from driving this portal through a visitor's browser. The
/// Host must be a name that only this machine answers to (else a foreign name that was made to
/// resolve to us would do: DNS rebinding), and a browser's Origin must be that same Host.
class HostCheck {
public:
    HostCheck(std::string hostname, std::vector<std::string> more);

    /// Why not; nothing when it may.
    std::optional<std::string> refusal(const std::string& host,
                                       const std::optional<std::string>& origin) const;

private:
    bool knows(std::string_view name) const;

    std::vector<std::string> names_;
};

} // namespace portald
