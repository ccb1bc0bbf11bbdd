#pragma once

#include <optional>
#include <string>
#include <vector>

#include "loggerd/log_folder.hpp"
#include "loggerd/log_place.hpp"

namespace loggerd {

/// The files that a reader goes through, one after the other. What a slot's boards wrote on one day
/// is in a file for each board: they are read in the order in which they began, and the one that is
/// written now comes last. A board that comes back to its slot has its file moved there, so a place
/// says how far the day's other files were read: nothing comes twice, and nothing is left out.
class LogTrail {
public:
    /// @param slot  nothing: all files
    /// @throws ReadingError not_found: a slot that neither bridged nor a file knows
    LogTrail(LogFolder& folder, const LogOwners& owners, std::optional<std::string> slot);

    const std::vector<LogFile>& files() const { return files_; }
    /// The one file of this name, and no other. @throws ReadingError not_found
    void keep_only(const LogFile& file);
    /// Where a cursor says. A file that was the slot's when the cursor was made is one of them.
    /// @throws ReadingError not_found: it is not there any more
    LogPlace place_of(const std::string& cursor, const std::string& verb);
    /// Where to go on when a file is through; nothing: it is the last one.
    std::optional<LogPlace> after(const LogPlace& done);
    /// The place in a file for whoever wants nothing of what was said before it.
    LogPlace newest(const LogFile& file, std::uint64_t at);

private:
    std::vector<LogFile>::const_iterator find(const LogFile& file) const;
    void sort();

    LogFolder& folder_;
    const LogOwners& owners_;
    std::optional<std::string> slot_;
    std::vector<LogFile> files_;
};

} // namespace loggerd
