#pragma once

#include <memory>
#include <string>

#include "contract/log_verbs.hpp"
#include "loggerd/log_folder.hpp"
#include "loggerd/log_lines.hpp"
#include "loggerd/search_pattern.hpp"
#include "loggerd/text_window.hpp"

namespace loggerd {

/// log.search on a folder: blocks of text are searched as they are, and only lines with a hit
/// are taken apart. Throws as LogReading does.
class LogSearch {
public:
    explicit LogSearch(LogFolder& folder) : folder_(folder) {}

    contract::LogSearchAnswer search(const contract::LogSearchArgs& args, const LogOwners& owners,
                                     const Budget& budget);

private:
    LogFolder& folder_;
};

} // namespace loggerd
