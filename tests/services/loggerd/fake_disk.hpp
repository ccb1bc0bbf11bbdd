#pragma once

#include <algorithm>
#include <cerrno>
#include <map>
#include <set>
#include <string>

#include "loggerd/disk.hpp"
#include "loggerd/log_file.hpp"

namespace loggerd {

/// Thrown in the middle of an operation: from here on the process does not exist.
struct Killed {};

/// A disk in memory that can fill up, refuse, and see its user killed at any operation. What was
/// appended when that happens is there in part, as with a real one.
class FakeDisk : public Disk {
public:
    std::map<std::string, std::string> files;
    std::map<std::string, std::string> records;
    std::map<std::string, int> syncs;
    std::set<std::string> open;       ///< appended to and not closed since
    int saves = 0;                    ///< of records
    int refuse_with = 0;              ///< errno of every append from now on; 0: none
    int refuse_records_with = 0;      ///< errno of every save and removal
    int refuse_reading_with = 0;      ///< errno of looking at a record
    bool forgets_to_truncate = false; ///< what a careless logger would do
    long operations = 0;              ///< that changed something
    long kill_at = -1;                ///< the number of the one that is the last

    /// All log text, from the oldest file to the newest. What is compressed is plain text here;
    /// while both are there, which say the same, it counts once.
    std::string text() const
    {
        std::map<LogFile, std::string, ByAge> sorted;
        for (const auto& [name, content] : files) {
            auto file = parse_log_file(name);
            if (!file) continue;
            file->compressed = false;
            sorted[*file] = content;
        }
        std::string all;
        for (const auto& [file, content] : sorted) all += content;
        return all;
    }
    /// As the archive does it with what nobody may write to: two changes, each at once.
    void compress(const std::string& file)
    {
        if (dies()) throw Killed{};
        files[file + ".zst"] = files[file];
        if (died_after()) throw Killed{};
        files.erase(file);
        if (died_after()) throw Killed{};
    }

    void append(const std::string& file, std::string_view text) override
    {
        const auto half = text.substr(0, text.size() / 2);
        open.insert(file);
        if (refuse_with != 0) {
            files[file] += half;
            fail(refuse_with, "write " + file);
        }
        if (dies()) {
            files[file] += half;
            throw Killed{};
        }
        files[file] += text;
        if (died_after()) throw Killed{};
    }
    std::uint64_t size(const std::string& file) override
    {
        return files.contains(file) ? files[file].size() : 0;
    }
    void truncate(const std::string& file, std::uint64_t size) override
    {
        if (!files.contains(file) || files[file].size() <= size || forgets_to_truncate) return;
        if (dies()) throw Killed{};
        files[file].resize(size);
        if (died_after()) throw Killed{};
    }
    bool ends_in_newline(const std::string& file) override
    {
        return !files.contains(file) || files[file].empty() || files[file].back() == '\n';
    }
    void sync(const std::string& file) override { ++syncs[file]; }
    void close(const std::string& file) override { open.erase(file); }
    unsigned last_part(const std::string& board, const std::string& date) override
    {
        unsigned last = 0;
        for (const auto& [name, content] : files) {
            const auto file = parse_log_file(name);
            if (file && file->board == board && file->date == date)
                last = std::max(last, file->part);
        }
        return last;
    }
    bool is_sealed(const std::string& file) override { return files.contains(file + ".zst"); }

    std::vector<std::string> recorded() override
    {
        std::vector<std::string> slots;
        for (const auto& [slot, text] : records) slots.push_back(slot);
        return slots;
    }
    std::optional<std::string> load_record(const std::string& slot) override
    {
        if (refuse_reading_with != 0) fail(refuse_reading_with, "read record");
        if (!records.contains(slot)) return {};
        return records[slot];
    }
    void save_record(const std::string& slot, std::string_view text) override
    {
        if (refuse_records_with != 0) fail(refuse_records_with, "write record");
        if (dies()) throw Killed{};
        ++saves;
        records[slot] = text;
        if (died_after()) throw Killed{};
    }
    void remove_record(const std::string& slot) override
    {
        if (refuse_records_with != 0) fail(refuse_records_with, "remove record");
        records.erase(slot);
    }

private:
    // Each change has two instants at which one can die: before it is whole, and right after.
    bool dies() { return ++operations == kill_at; }
    bool died_after() { return ++operations == kill_at; }
    [[noreturn]] static void fail(int error, const std::string& attempt)
    {
        throw DiskError{error, std::generic_category(), attempt};
    }
};

} // namespace loggerd
