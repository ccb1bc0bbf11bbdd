#pragma once

#include <cstdint>
#include <string>

#include "contract/time.hpp"

namespace loggerd {

/// Wall-clock time as people read it in a log, in the zone of this machine, which is read once.
/// Asks the zone database once a minute of the log, not once a line.
class LocalTime {
public:
    LocalTime();

    /// "2026-02-03 19:32:00.154"; years outside 1970 … 9999 are shown as the nearest inside.
    std::string text(contract::Time time);

private:
    const std::string& minute(std::int64_t seconds);

    std::int64_t cached_minute_ = -1;
    std::string cached_text_; // "2026-02-03 19:32:"
};

} // namespace loggerd
