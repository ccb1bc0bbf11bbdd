#include "loggerd/slot_files.hpp"

#include <algorithm>
#include <utility>

namespace loggerd {

void disown(const std::string& slot, Disk& disk)
{
    const auto text = disk.load_record(slot);
    if (!text) return;
    auto record = parse_checkpoint(*text, "record of " + slot);
    if (record.name.empty() && record.files.empty()) return;
    record.name.clear();
    record.files.clear();
    disk.save_record(slot, format_checkpoint(record));
}

std::optional<Checkpoint> SlotFiles::load()
{
    const auto text = disk_.load_record(slot_);
    if (!text) return {};
    return parse_checkpoint(*text, "record of " + slot_);
}

void SlotFiles::cut_back(const Checkpoint& record)
{
    for (const auto& [file, size] : record.files) disk_.truncate(file, size);
}

bool SlotFiles::has_tail(const Checkpoint& record)
{
    return std::ranges::any_of(
        record.files, [&](const auto& entry) { return disk_.size(entry.first) > entry.second; });
}

void SlotFiles::append(const std::vector<FileText>& batch, const Checkpoint& before)
{
    take_back();
    announce(batch, before);
    torn_ = true;
    try {
        for (const auto& [file, text] : batch) disk_.append(file, text);
    } catch (const DiskError&) {
        try {
            take_back();
        } catch (const DiskError&) {
            // The first fault is the one to tell of; this is tried again before the next append.
        }
        throw;
    }
    torn_ = false;
    for (const auto& [file, text] : batch) {
        sizes_[file] += text.size();
        unsynced_.insert(file);
        latest_ = file;
    }
    drop_others(batch);
}

bool SlotFiles::save(Checkpoint checkpoint)
{
    checkpoint.files = sizes_;
    try {
        disk_.save_record(slot_, format_checkpoint(checkpoint));
    } catch (const DiskError& refused) {
        record_fault_ = refused.what();
        return false;
    }
    record_fault_.reset();
    recorded_.clear();
    for (const auto& [file, size] : sizes_) recorded_.insert(file);
    return true;
}

void SlotFiles::sync()
{
    for (const auto& file : std::exchange(unsynced_, {})) disk_.sync(file);
}

void SlotFiles::close_all()
{
    for (const auto& [file, size] : sizes_) disk_.close(file);
    sizes_.clear();
}

void SlotFiles::take_back()
{
    if (!torn_) return;
    for (const auto& [file, size] : sizes_) disk_.truncate(file, size);
    torn_ = false;
}

void SlotFiles::announce(const std::vector<FileText>& batch, const Checkpoint& before)
{
    bool record_is_behind = false;
    for (const auto& [file, text] : batch) {
        const bool adopted = adopt(file);
        record_is_behind = record_is_behind || adopted || !recorded_.contains(file);
    }
    // A log without a record is better than none, so a refused record stops nothing.
    if (record_is_behind) save(before);
}

bool SlotFiles::adopt(const std::string& file)
{
    const auto size = disk_.size(file);
    if (const auto known = sizes_.find(file); known != sizes_.end() && known->second == size)
        return false;
    // New to us, or changed by somebody else. A line torn there by a crash is ended as cut.
    if (!disk_.ends_in_newline(file)) disk_.append(file, "\\\n");
    sizes_[file] = disk_.size(file);
    return true;
}

void SlotFiles::drop_others(const std::vector<FileText>& batch)
{
    std::erase_if(sizes_, [&](const auto& entry) {
        const bool used =
            std::ranges::any_of(batch, [&](const auto& part) { return part.file == entry.first; });
        if (used) return false;
        if (unsynced_.erase(entry.first) != 0) {
            try {
                disk_.sync(entry.first);
            } catch (const DiskError& refused) {
                record_fault_ = refused.what();
            }
        }
        disk_.close(entry.first);
        return true;
    });
}

} // namespace loggerd
