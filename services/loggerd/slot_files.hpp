#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "loggerd/checkpoint.hpp"
#include "loggerd/disk.hpp"

namespace loggerd {

/// Lines of one day of one board; SlotFiles decides into which part of the day they go.
struct DayText {
    std::string board; ///< its name, as in BoardNames
    std::string date;  ///< "2026-02-03"
    std::string text;
};

constexpr std::uint64_t default_file_bytes = 64 << 20;

/// For a slot that is no more though its record is (it was removed while no loggerd ran): other
/// slots may write its files from now on, so should it come back, nothing is cut from them. Its
/// place in history and its counters stay.
/// @throws DiskError, contract::BadMessage
void disown(const std::string& slot, Disk& disk);

/// Files that the records on disk name: the next loggerd would cut them back, so that they have
/// to stay as they are. A record that cannot be understood names none.
/// @throws DiskError
std::set<std::string> recorded_files(Disk& disk);

/// The files of one slot together with its record, so that both always agree: a file grows only
/// when the record on disk knows its size from before, and what a refusing disk took of a
/// batch is taken back. A day's file that is full is followed by the day's next part; that goes
/// by what is on the disk, so the record has nothing to say about it.
class SlotFiles {
public:
    /// @param most_bytes  of a file; one that gets more by a single batch is left so
    SlotFiles(std::string slot, Disk& disk, std::uint64_t most_bytes = default_file_bytes)
        : slot_(std::move(slot)), disk_(disk), most_bytes_(most_bytes)
    {
    }

    /// What a loggerd before this one left; nothing when there is no record.
    /// @throws DiskError, contract::BadMessage
    std::optional<Checkpoint> load();
    /// History covers all since the record: what was appended since is cut off, to come again.
    void cut_back(const Checkpoint& record);
    /// Whether more is in the files than the record says.
    bool has_tail(const Checkpoint& record);

    /// All of it or nothing. `before` is what is true as long as this has not returned.
    /// @throws DiskError
    void append(const std::vector<DayText>& days, const Checkpoint& before);
    /// Writes the record; false: the disk refused, see record_fault().
    bool save(Checkpoint checkpoint);
    void sync();
    void close_all(); ///< nothing more comes for now; other slots may write these files
    /// Nothing is written to files of earlier days for now: they are closed, and the next record
    /// does not name them. False: there were none.
    /// @throws DiskError
    bool close_before(const std::string& today);
    void remove_record() { disk_.remove_record(slot_); }

    const std::optional<DiskError>& record_fault() const { return record_fault_; }
    std::vector<std::string> written() const; ///< files that are not closed
    bool needs_sync() const { return !unsynced_.empty(); }
    const std::string& latest() const { return latest_; } ///< the file written last, or ""

private:
    struct FileText {
        std::string file;
        std::string_view text; ///< of a DayText
    };
    using Parts = std::map<std::pair<std::string, std::string>, unsigned>; // of board and day
    std::vector<FileText> place(const std::vector<DayText>& days, Parts& parts);
    unsigned part_of(const DayText& day, const Parts& parts);
    void take_back();
    void announce(const std::vector<FileText>& batch, const Checkpoint& before);
    bool adopt(const std::string& file);
    void drop_others(const std::vector<FileText>& batch);

    std::string slot_;
    Disk& disk_;
    std::uint64_t most_bytes_;
    std::map<std::string, std::uint64_t> sizes_; // as committed
    Parts parts_;                                // that were written last
    std::set<std::string> recorded_;             // files that the record on disk knows
    std::set<std::string> unsynced_;
    std::optional<DiskError> record_fault_;
    std::string latest_;
    bool torn_ = false; // part of a refused batch may be in the files
};

} // namespace loggerd
