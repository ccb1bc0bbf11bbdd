#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "loggerd/log_file.hpp"

namespace loggerd {

/// How much of the past is kept.
struct Limits {
    unsigned keep_days = 90;            ///< after its own; 0: no limit
    std::uint64_t keep_bytes = 1 << 30; ///< of all files together, as they are on the disk
};

/// A log that lies in the folder.
struct FoundFile {
    LogFile file;
    std::uint64_t bytes = 0;
};

enum class Why {
    age,
    room, ///< all together are too much, and this is the oldest
};

struct Removal {
    FoundFile found;
    Why why = Why::age;
};

/// What is to be done about what lies in the folder; empty: nothing.
struct ArchivePlan {
    std::vector<Removal> remove;
    std::vector<LogFile> compress; ///< the latest first: the oldest may have to go anyway

    bool empty() const { return remove.empty() && compress.empty(); }
};

/// Names of files that something is not to be done to.
struct Spared {
    std::set<std::string> all;         ///< neither: in use, or deleting it was tried in vain
    std::set<std::string> compression; ///< tried in vain; it may still have to go
};

/// What may be deleted is deleted, oldest first, until the limits are kept, but never what is in
/// use, and nothing for room that compressing could still make. A file is compressed when it is
/// of an earlier day, or when its day went on in a next part.
/// @param today  "2026-02-03"
ArchivePlan plan_archive(std::vector<FoundFile> files, const Spared& spared,
                         const std::string& today, const Limits& limits);

} // namespace loggerd
