#pragma once

#include <chrono>
#include <string>

#include "contract/log_verbs.hpp"
#include "loggerd/log_folder.hpp"
#include "loggerd/log_lines.hpp"
#include "loggerd/log_trail.hpp"

namespace loggerd {

/// log.list and log.read on a folder: each call is one bounded answer. What is wrong with the
/// arguments throws contract::BadMessage, what is wrong with a file ReadingError.
class LogReading {
public:
    static constexpr std::uint64_t most_last_bytes = 8 << 20; ///< looked at for `last`

    explicit LogReading(LogFolder& folder) : folder_(folder) {}

    contract::LogListAnswer list(const contract::LogListArgs& args, const LogOwners& owners,
                                 const Budget& budget);
    struct Read {
        contract::LogReadAnswer answer;
        std::string text;
    };
    Read read(const contract::LogReadArgs& args, const LogOwners& owners, const Budget& budget);

private:
    contract::LogFileInfo look_at(const LogFile& file, const LogOwners& owners);
    Read read_bytes(const contract::LogReadArgs& args);
    Read read_from(const LogPlace& from, LogTrail& trail, const TimeRange& range,
                   const contract::LogReadArgs& args, const LogOwners& owners,
                   const Budget& budget);
    LogPlace tail(LogTrail& trail, std::uint32_t lines, const LogOwners& owners);

    LogFolder& folder_;
};

} // namespace loggerd
