#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "hotplugd/path_watch.hpp"
#include "hotplugd/static_tty.hpp"
#include "loop/asio.hpp"

namespace hotplugd {

/// The ttys that slots.json names by path ("devnode"): follows the file and each path. A
/// file that is absent names none; one that is wrong leaves those that were known, and
/// the log says what is wrong with it.
class StaticTtys {
public:
    using ChangeHandler = std::function<void(const std::vector<StaticTty>&)>;

    /// @param on_change  gets all of them, absent ones too, whenever anything differs
    StaticTtys(asio::io_context& io, std::filesystem::path slots_file, ChangeHandler on_change);

    /// Reads the file and looks at the paths; from then on changes are told.
    void start() { reload(); }
    /// Reads the file again, and says again what is wrong with it.
    void reload();
    /// What the file names; nothing when it is absent.
    /// @throws contract::BadMessage, std::system_error
    static std::vector<std::string> devnodes_in(const std::filesystem::path& slots_file);
    /// Looks at the paths now, before inotify has told.
    void check();

private:
    void touched(const std::set<std::size_t>& indexes);
    void look_later();
    bool read_devnodes();
    void complain(const std::string& fault);
    StaticTty tty_at(const std::string& path, const PathTrail& trail);

    std::filesystem::path slots_file_;
    ChangeHandler on_change_;
    std::vector<std::string> devnodes_; // in file order
    std::vector<StaticTty> ttys_;
    std::string last_fault_;
    std::set<std::string> warned_; // paths that are no tty
    asio::steady_timer settle_;
    asio::steady_timer slow_look_;
    PathWatch watch_;
};

} // namespace hotplugd
