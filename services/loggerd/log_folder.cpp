#include "loggerd/log_folder.hpp"

#include <algorithm>

#include "loggerd/log_lines.hpp"

namespace loggerd {

namespace fs = std::filesystem;
using contract::ErrorCode;

constexpr std::size_t most_times = 4096; // that are known, some 100 bytes each

std::string stable_name(LogFile file)
{
    file.compressed = false;
    return file.name();
}

std::optional<std::string> LogOwners::slot_of(const LogFile& file) const
{
    if (const auto found = slot_of_board.find(file.board); found != slot_of_board.end())
        return found->second;
    std::optional<std::string> longest; // "A" and "SLOT_A" both end "x_SLOT_A"
    for (const auto& slot : slots) {
        const bool ends = file.board.ends_with("_" + slot);
        if (ends && (!longest || slot.size() > longest->size())) longest = slot;
    }
    return longest;
}

bool LogOwners::is_open(const LogFile& file) const
{
    if (open.contains(stable_name(file))) return true;
    if (file.compressed || file.date < today) return false;
    // A part that went on in a next one is written no more.
    return std::ranges::none_of(open, [&](const std::string& name) {
        const auto other = parse_log_file(name);
        return other && other->board == file.board && other->date == file.date &&
               other->part > file.part;
    });
}

std::vector<LogFile> LogFolder::list() const
{
    std::map<LogFile, bool, ByAge> compressed; // plain goes first, and wins
    std::error_code error;
    fs::directory_iterator entry{folder_, error};
    for (const fs::directory_iterator end; !error && entry != end; entry.increment(error)) {
        auto file = parse_log_file(entry->path().filename().string());
        if (!file) continue;
        const bool is_compressed = std::exchange(file->compressed, false);
        const auto known = compressed.try_emplace(*file, is_compressed).first;
        known->second = known->second && is_compressed;
    }
    if (error)
        throw ReadingError{ErrorCode::io, "list " + folder_.string() + ": " + error.message()};
    std::vector<LogFile> files;
    for (const auto& [file, is_compressed] : compressed) {
        files.push_back(file);
        files.back().compressed = is_compressed;
    }
    return files;
}

std::shared_ptr<LogText> LogFolder::open(const LogFile& file)
{
    const auto name = stable_name(file);
    // Compressed between the first two looks, it is found by the second; and a file is never
    // unpacked again.
    if (auto plain = ReadableFile::open(folder_ / name)) return plain_log(std::move(plain));
    auto packed = ReadableFile::open(folder_ / (name + std::string{compressed_suffix}));
    if (!packed) throw ReadingError{ErrorCode::not_found, "there is no log " + name};
    const auto identity = packed->identity();
    if (unpacked_text_ && unpacked_ == identity) return unpacked_text_;
    unpacked_text_.reset(); // its memory goes before the next one takes some
    unpacked_text_ = compressed_log(std::move(packed));
    unpacked_ = identity;
    return unpacked_text_;
}

std::string LogFolder::first_time(const LogFile& file)
{
    const auto name = stable_name(file);
    if (const auto known = first_times_.find(name); known != first_times_.end())
        return known->second;
    std::string time;
    try {
        time = loggerd::first_time(*open(file));
    } catch (const ReadingError&) {
        return {};
    }
    if (first_times_.size() >= most_times) first_times_.clear();
    if (!time.empty()) first_times_[name] = time;
    return time;
}

std::vector<LogFile> logs_of(const std::optional<std::string>& slot, const LogFolder& folder,
                             const LogOwners& owners)
{
    auto files = folder.list();
    if (!slot) return files;
    std::erase_if(files, [&](const LogFile& file) { return owners.slot_of(file) != slot; });
    if (files.empty() && !owners.slots.contains(*slot))
        throw ReadingError{ErrorCode::not_found, "there is no slot " + slot->substr(0, 64)};
    return files;
}

} // namespace loggerd
