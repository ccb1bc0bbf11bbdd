#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "hotplugd/path_trail.hpp"
#include "loop/asio.hpp"

namespace hotplugd {

/// Says when what some paths mean may have changed: inotify on each folder of each path's
/// trail, so that parent folders may come later and symlinks may be turned. It says "may":
/// the owner looks again by arm().
class PathWatch {
public:
    struct Watched {
        std::filesystem::path path;
        bool content = false; ///< also when the file was written
    };
    /// @param indexes  into what arm() was given
    using TouchHandler = std::function<void(const std::set<std::size_t>& indexes)>;

    /// @throws std::system_error "inotify: <reason>"
    PathWatch(asio::io_context& io, TouchHandler on_touch);
    ~PathWatch();
    PathWatch(const PathWatch&) = delete;
    PathWatch& operator=(const PathWatch&) = delete;

    /// Watches these from now on and says where they lead; a change after the look is told.
    /// A folder that may not be watched (no permission, fs.inotify.max_user_watches) is left
    /// out: see StaticTtys's slow look.
    std::vector<PathTrail> arm(const std::vector<Watched>& paths);

private:
    using Owners = std::map<std::string, std::set<std::size_t>>; // by name in the folder

    void wait();
    void read();
    void note(const char* batch, std::size_t bytes, std::set<std::size_t>& touched) const;
    void add_watches(const std::vector<Watched>& paths, const std::vector<PathTrail>& trails);

    asio::posix::stream_descriptor inotify_;
    TouchHandler on_touch_;
    std::size_t paths_ = 0;
    std::map<int, Owners> folders_; // by watch descriptor
};

} // namespace hotplugd
