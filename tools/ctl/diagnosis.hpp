#pragma once

#include <string>
#include <vector>

#include "ctl/facts.hpp"

namespace ctl {

struct Finding {
    enum class Kind {
        fine,
        note,   ///< worth knowing, and as it should be
        problem ///< exit code 1
    };
    Kind kind = Kind::note;
    std::string text; ///< escaped for a terminal
    std::string step; ///< what to do next; may be empty
};

/// What the facts mean. Never empty.
std::vector<Finding> diagnose(const Facts& facts);

/// The process that is meant to hold the slot.
bool is_bridged(const Process& process, const Facts& facts);

/// "minicom (pid 4711, user pi)"
std::string name_of(const Process& process);

} // namespace ctl
