#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "loggerd/local_time.hpp"
#include "loggerd/log_file.hpp"

namespace loggerd {

/// A place in the logs: what a cursor says. It comes back from outside, so it is a place that need
/// not be there, and no more than that.
struct LogPlace {
    LogFile file; ///< never compressed
    std::uint64_t at = 0;
    struct Other {
        LogFile file;
        std::uint64_t at = 0;
    };
    std::vector<Other> others = {}; ///< of that day, and how far they were read

    std::string cursor() const;
};

/// @throws contract::BadMessage naming `verb`
LogPlace parse_cursor(std::string_view cursor, const std::string& verb);
/// "X.log" or "X.log.zst". @throws contract::BadMessage
LogFile parse_file_argument(std::string_view name, const std::string& verb);

/// Which lines are asked for, compared as text: times in a log are local and say so to the
/// millisecond, and "2026-02-03 19" comes before every time in that hour.
struct TimeRange {
    std::string from; ///< "": no limit
    std::string to;

    bool is_all() const { return from.empty() && to.empty(); }
    bool has(std::string_view time) const;
    bool may_have_day(std::string_view date) const;
};

/// @throws contract::BadMessage
TimeRange parse_range(const std::optional<std::string>& from, const std::optional<std::string>& to,
                      const std::string& verb);

} // namespace loggerd
