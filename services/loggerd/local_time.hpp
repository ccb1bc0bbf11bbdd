#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "contract/time.hpp"

namespace loggerd {

/// Wall-clock time as people read it in a log, in the zone of this machine, which is read once.
/// Asks the zone database once a minute of the log, not once a line.
class LocalTime {
public:
    LocalTime();

    /// "2026-02-03 19:32:00.154"; years outside 1970 … 9999 are shown as the nearest inside.
    std::string text(contract::Time time) { return std::string{stamp(time)}; }
    /// The same, until the next call of either.
    std::string_view stamp(contract::Time time);

private:
    void set_minute(std::int64_t minute);

    std::int64_t cached_minute_ = -1;
    std::int64_t cached_ms_ = -1;
    std::string cached_text_; // "2026-02-03 19:32:00.154", its first 17 characters of the minute
};

} // namespace loggerd
