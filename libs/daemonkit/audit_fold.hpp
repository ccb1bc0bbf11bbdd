#pragma once

#include <chrono>
#include <optional>
#include <vector>

#include "daemonkit/audit.hpp"

namespace daemonkit {

/// What somebody types into a console comes as a request for every few keys: the first is told at
/// once, those of the next minute as one, with their number. All else is told as it comes. No I/O.
class AuditFold {
public:
    using TimePoint = std::chrono::steady_clock::time_point;
    static constexpr std::chrono::seconds most_wait{60};
    static constexpr std::size_t most_open = 64; ///< who comes then is not folded

    /// Whether it is to be told now; else it is counted.
    bool is_told(const AuditEntry& entry, TimePoint now);
    /// Those whose minute is over by `now`, and which came more than once.
    std::vector<AuditEntry> due(TimePoint now);
    /// When to ask for what is due; nothing: when something was counted.
    std::optional<TimePoint> next() const;

private:
    struct Open {
        AuditEntry entry; // `times`: of those that were not told
        TimePoint until;
    };
    std::vector<Open> open_; // the oldest first
};

} // namespace daemonkit
