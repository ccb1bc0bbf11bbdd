#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "loggerd/log_file.hpp"
#include "loggerd/log_text.hpp"

namespace loggerd {

/// What the loop knows of the slots' logs, at one instant.
struct LogOwners {
    std::map<std::string, std::string> slot_of_board; ///< the name that a slot writes under
    std::set<std::string> slots;
    std::set<std::string> open;                ///< names of files that slots write
    std::map<std::string, std::string> faults; ///< by slot: what its disk says
    std::string today;                         ///< "2026-02-03"

    /// Whose a file is: of the slot that writes under its name, else of the one whose id ends it.
    std::optional<std::string> slot_of(const LogFile& file) const;
    /// More may be written to it, and its last line may be there in part.
    bool is_open(const LogFile& file) const;
};

/// The log folder, read only. A log is named by what it was called before it was compressed: that
/// is one file, though both may be there for a moment.
class LogFolder {
public:
    explicit LogFolder(std::filesystem::path folder) : folder_(std::move(folder)) {}

    /// Ours only; `compressed` says how it is there now. @throws ReadingError
    std::vector<LogFile> list() const;
    /// @throws ReadingError, not_found too
    std::shared_ptr<LogText> open(const LogFile& file);
    /// The time of its first line, which stays; "" as long as it has none, or cannot be read.
    std::string first_time(const LogFile& file);

private:
    std::filesystem::path folder_;
    std::uint64_t unpacked_ = 0; // the compressed file that was read last goes on where it was
    std::shared_ptr<LogText> unpacked_text_;
    std::map<std::string, std::string> first_times_; // by name
};

/// The file's name before it was compressed.
std::string stable_name(LogFile file);
/// Those of a slot, or all, from the oldest to the newest.
/// @throws ReadingError not_found: a slot that neither bridged nor a file knows
std::vector<LogFile> logs_of(const std::optional<std::string>& slot, const LogFolder& folder,
                             const LogOwners& owners);

} // namespace loggerd
