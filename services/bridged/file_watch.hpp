#pragma once

#include <array>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "loop/asio.hpp"

namespace bridged {

/// Tells when a file may have changed, by inotify on its folder, because a file that is
/// replaced is another inode. Said once per burst, 100 ms after it began. Destroyed only
/// when io.run() has returned.
class FileWatch {
public:
    /// A folder that cannot be watched is logged; SIGHUP is left then.
    FileWatch(asio::io_context& io, const std::filesystem::path& file,
              std::function<void()> changed);

private:
    void watch(const std::filesystem::path& file);
    static void complain(const std::filesystem::path& path);
    void read();
    void on_events(std::size_t size);

    std::vector<std::string> names_; ///< in the folders that are watched
    std::function<void()> changed_;
    asio::posix::stream_descriptor events_;
    asio::steady_timer settle_;
    bool pending_ = false;
    alignas(8) std::array<char, 4096> buffer_{};
};

} // namespace bridged
