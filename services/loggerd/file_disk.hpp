#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <set>

#include "loggerd/disk.hpp"

namespace loggerd {

/// The real disk. Log files are 0640, opened once to append and opened anew when somebody
/// removed or renamed them; records are replaced by rename. Only sync() waits for the medium. A
/// folder that is absent is made whenever it is needed: it may be on a disk that comes later.
class FileDisk : public Disk {
public:
    FileDisk(std::filesystem::path log_dir, std::filesystem::path record_dir);
    ~FileDisk() override;
    FileDisk(const FileDisk&) = delete;
    FileDisk& operator=(const FileDisk&) = delete;

    void append(const std::string& file, std::string_view text) override;
    std::uint64_t size(const std::string& file) override;
    void truncate(const std::string& file, std::uint64_t size) override;
    bool ends_in_newline(const std::string& file) override;
    void sync(const std::string& file) override;
    void close(const std::string& file) override;
    unsigned last_part(const std::string& board, const std::string& date) override;
    bool is_sealed(const std::string& file) override;

    /// From now on is_sealed(), whether or not it is there; the archive's.
    void seal(const std::string& file) { sealed_.insert(file); }
    void unseal(const std::string& file) { sealed_.erase(file); }
    /// Called when a file has been opened, and when the disk is full: the folder wants tidying.
    void on_untidy(std::function<void()> call) { untidy_ = std::move(call); }

    std::vector<std::string> recorded() override;
    std::optional<std::string> load_record(const std::string& slot) override;
    void save_record(const std::string& slot, std::string_view text) override;
    void remove_record(const std::string& slot) override;

private:
    int descriptor(const std::string& file);
    int open_to_append(const std::string& file) const;
    std::filesystem::path record(const std::string& slot) const;

    std::filesystem::path log_dir_;
    std::filesystem::path record_dir_;
    std::map<std::string, int> open_;
    std::set<std::string> sealed_;
    std::function<void()> untidy_ = [] {};
};

} // namespace loggerd
