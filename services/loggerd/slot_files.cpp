#include "loggerd/slot_files.hpp"

#include <algorithm>
#include <utility>

#include "loggerd/log_file.hpp"

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

std::set<std::string> recorded_files(Disk& disk)
{
    std::set<std::string> files;
    for (const auto& slot : disk.recorded()) {
        const auto text = disk.load_record(slot);
        if (!text) continue;
        try {
            for (const auto& [file, size] : parse_checkpoint(*text, "record of " + slot).files)
                files.insert(file);
        } catch (const contract::BadMessage&) {
            // Nothing is cut by a record that cannot be read.
        }
    }
    return files;
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

void SlotFiles::append(const std::vector<DayText>& days, const Checkpoint& before)
{
    take_back();
    Parts parts;
    const auto batch = place(days, parts);
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
    parts_ = std::move(parts);
    drop_others(batch);
}

/// Each part's file; what is full, or compressed by now, is followed by the next.
std::vector<SlotFiles::FileText> SlotFiles::place(const std::vector<DayText>& days, Parts& parts)
{
    std::vector<FileText> batch;
    std::map<std::string, std::uint64_t> planned; // with what is in the batch
    for (const auto& day : days) {
        auto& part = parts.try_emplace({day.board, day.date}, 0).first->second;
        if (part == 0) part = part_of(day, parts_);
        for (;; ++part) {
            const auto file = LogFile{day.board, day.date, part, false}.name();
            if (!sizes_.contains(file) && disk_.is_sealed(file)) continue;
            auto& size = planned.try_emplace(file, disk_.size(file)).first->second;
            const bool is_full = size != 0 && size + day.text.size() > most_bytes_;
            if (is_full && part < most_parts) continue;
            size += day.text.size();
            batch.push_back({file, day.text});
            break;
        }
    }
    return batch;
}

/// The part that is being written, or the last that is there.
unsigned SlotFiles::part_of(const DayText& day, const Parts& parts)
{
    if (const auto found = parts.find({day.board, day.date}); found != parts.end())
        if (sizes_.contains(LogFile{day.board, day.date, found->second, false}.name()))
            return found->second;
    return std::max(disk_.last_part(day.board, day.date), 1U);
}

bool SlotFiles::save(Checkpoint checkpoint)
{
    checkpoint.files = sizes_;
    try {
        disk_.save_record(slot_, format_checkpoint(checkpoint));
    } catch (const DiskError& refused) {
        record_fault_ = refused;
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
    parts_.clear();
}

bool SlotFiles::close_before(const std::string& today)
{
    take_back();
    const auto closed = std::erase_if(sizes_, [&](const auto& entry) {
        const auto file = parse_log_file(entry.first);
        if (!file || file->date >= today) return false;
        if (unsynced_.contains(entry.first)) disk_.sync(entry.first);
        unsynced_.erase(entry.first);
        disk_.close(entry.first);
        return true;
    });
    return closed != 0;
}

std::vector<std::string> SlotFiles::written() const
{
    std::vector<std::string> files;
    for (const auto& [file, size] : sizes_) files.push_back(file);
    return files;
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
    if (!record_is_behind || save(before)) return;
    // A kill would have these lines written once more. A disk that is full is the log's trouble
    // too and will be freed: they wait for it. Otherwise somebody has to mend the state folder,
    // and a log without a record is better than none.
    if (is_full(*record_fault_)) throw DiskError{*record_fault_};
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
                record_fault_ = refused;
            }
        }
        disk_.close(entry.first);
        return true;
    });
}

} // namespace loggerd
