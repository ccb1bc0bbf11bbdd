#include "hotplugd/path_watch.hpp"

#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

namespace hotplugd {

namespace {

constexpr std::uint32_t names_change = IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO |
                                       IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;
constexpr int most_looks = 8; // somebody who turns symlinks faster than this is told of later

int make_inotify()
{
    const int descriptor = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (descriptor < 0) throw std::system_error(errno, std::generic_category(), "inotify");
    return descriptor;
}

std::vector<PathTrail> follow_all(const std::vector<PathWatch::Watched>& paths)
{
    std::vector<PathTrail> trails;
    trails.reserve(paths.size());
    for (const auto& watched : paths) trails.push_back(follow(watched.path));
    return trails;
}

} // namespace

PathWatch::PathWatch(asio::io_context& io, TouchHandler on_touch)
    : inotify_(io, make_inotify()), on_touch_(std::move(on_touch))
{
    wait();
}

PathWatch::~PathWatch() = default;

std::vector<PathTrail> PathWatch::arm(const std::vector<Watched>& paths)
{
    paths_ = paths.size();
    auto trails = follow_all(paths);
    for (int look = 0; look < most_looks; ++look) {
        add_watches(paths, trails);
        // Only a look that comes after the watches can be relied on to be followed by an event.
        auto again = follow_all(paths);
        const bool settled = again == trails;
        trails = std::move(again);
        if (settled) break;
    }
    return trails;
}

void PathWatch::add_watches(const std::vector<Watched>& paths, const std::vector<PathTrail>& trails)
{
    std::map<int, Owners> folders;
    for (std::size_t index = 0; index < trails.size(); ++index) {
        for (const auto& [folder, name] : trails[index].steps) {
            const std::uint32_t mask =
                names_change | IN_MASK_ADD | (paths[index].content ? IN_CLOSE_WRITE : 0U);
            const int watch = inotify_add_watch(inotify_.native_handle(), folder.c_str(), mask);
            if (watch >= 0) folders[watch][name].insert(index);
        }
    }
    for (const auto& [watch, owners] : folders_)
        if (!folders.contains(watch)) inotify_rm_watch(inotify_.native_handle(), watch);
    folders_ = std::move(folders);
}

void PathWatch::wait()
{
    inotify_.async_wait(asio::posix::stream_descriptor::wait_read,
                        [this](const boost::system::error_code& error) {
                            if (error) return;
                            read();
                            wait();
                        });
}

void PathWatch::read()
{
    std::set<std::size_t> touched;
    alignas(inotify_event) std::array<char, 16384> batch{};
    for (;;) {
        const auto bytes = ::read(inotify_.native_handle(), batch.data(), batch.size());
        if (bytes <= 0) break;
        note(batch.data(), static_cast<std::size_t>(bytes), touched);
    }
    if (!touched.empty()) on_touch_(touched);
}

void PathWatch::note(const char* batch, std::size_t bytes, std::set<std::size_t>& touched) const
{
    for (std::size_t at = 0; at + sizeof(inotify_event) <= bytes;) {
        inotify_event event{};
        std::memcpy(&event, batch + at, sizeof event);
        const std::string name = event.len > 0 ? batch + at + sizeof event : "";
        at += sizeof event + event.len;
        if ((event.mask & IN_Q_OVERFLOW) != 0U)
            for (std::size_t index = 0; index < paths_; ++index) touched.insert(index);
        const auto folder = folders_.find(event.wd);
        if (folder == folders_.end()) continue;
        if (const auto owners = folder->second.find(name); owners != folder->second.end())
            touched.insert(owners->second.begin(), owners->second.end());
    }
}

} // namespace hotplugd
