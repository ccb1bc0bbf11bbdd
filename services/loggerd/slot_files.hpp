#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "loggerd/checkpoint.hpp"
#include "loggerd/disk.hpp"

namespace loggerd {

struct FileText {
    std::string file;
    std::string text;
};

/// For a slot that is no more though its record is (it was removed while no loggerd ran): other
/// slots may write its files from now on, so should it come back, nothing is cut from them. Its
/// place in history and its counters stay.
/// @throws DiskError, contract::BadMessage
void disown(const std::string& slot, Disk& disk);

/// The files of one slot together with its record, so that both always agree: a file grows only
/// when the record on disk knows its size from before, and what a refusing disk took of a
/// batch is taken back.
class SlotFiles {
public:
    SlotFiles(std::string slot, Disk& disk) : slot_(std::move(slot)), disk_(disk) {}

    /// What a loggerd before this one left; nothing when there is no record.
    /// @throws DiskError, contract::BadMessage
    std::optional<Checkpoint> load();
    /// History covers all since the record: what was appended since is cut off, to come again.
    void cut_back(const Checkpoint& record);
    /// Whether more is in the files than the record says.
    bool has_tail(const Checkpoint& record);

    /// All of it or nothing. `before` is what is true as long as this has not returned.
    /// @throws DiskError
    void append(const std::vector<FileText>& batch, const Checkpoint& before);
    /// Writes the record; false: the disk refused, see record_fault().
    bool save(Checkpoint checkpoint);
    void sync();
    void close_all(); ///< nothing more comes for now; other slots may write these files
    void remove_record() { disk_.remove_record(slot_); }

    const std::optional<std::string>& record_fault() const { return record_fault_; }
    bool needs_sync() const { return !unsynced_.empty(); }
    const std::string& latest() const { return latest_; } ///< the file written last, or ""

private:
    void take_back();
    void announce(const std::vector<FileText>& batch, const Checkpoint& before);
    bool adopt(const std::string& file);
    void drop_others(const std::vector<FileText>& batch);

    std::string slot_;
    Disk& disk_;
    std::map<std::string, std::uint64_t> sizes_; // as committed
    std::set<std::string> recorded_;             // files that the record on disk knows
    std::set<std::string> unsynced_;
    std::optional<std::string> record_fault_;
    std::string latest_;
    bool torn_ = false; // part of a refused batch may be in the files
};

} // namespace loggerd
