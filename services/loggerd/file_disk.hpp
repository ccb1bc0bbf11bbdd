#pragma once

#include <filesystem>
#include <map>

#include "loggerd/disk.hpp"

namespace loggerd {

/// The real disk. Log files are 0640, opened once to append and opened anew when somebody
/// removed or renamed them; records are replaced by rename. Only sync() waits for the medium.
class FileDisk : public Disk {
public:
    /// Makes both folders when they are absent.
    /// @throws DiskError
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

    std::vector<std::string> recorded() override;
    std::optional<std::string> load_record(const std::string& slot) override;
    void save_record(const std::string& slot, std::string_view text) override;
    void remove_record(const std::string& slot) override;

private:
    int descriptor(const std::string& file);
    std::filesystem::path record(const std::string& slot) const;

    std::filesystem::path log_dir_;
    std::filesystem::path record_dir_;
    std::map<std::string, int> open_;
};

} // namespace loggerd
