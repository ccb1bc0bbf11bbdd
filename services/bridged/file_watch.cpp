#include "bridged/file_watch.hpp"

#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include <spdlog/spdlog.h>

namespace bridged {

namespace {

constexpr std::chrono::milliseconds burst{100};

} // namespace

/// Where it is, and where it leads to when it is a link.
FileWatch::FileWatch(asio::io_context& io, const std::filesystem::path& file,
                     std::function<void()> changed)
    : changed_(std::move(changed)), events_(io), settle_(io)
{
    const int descriptor = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (descriptor < 0) {
        complain(file);
        return;
    }
    events_.assign(descriptor);
    std::error_code ignored;
    watch(file);
    if (std::filesystem::is_symlink(file, ignored))
        watch(std::filesystem::weakly_canonical(file, ignored));
    read();
}

void FileWatch::watch(const std::filesystem::path& file)
{
    auto folder = file.parent_path();
    if (folder.empty()) folder = ".";
    names_.push_back(file.filename());
    if (::inotify_add_watch(events_.native_handle(), folder.c_str(),
                            IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE) < 0)
        complain(folder);
}

void FileWatch::complain(const std::filesystem::path& path)
{
    spdlog::warn("watch {}: {}; changes need a reload", path.string(),
                 std::system_category().message(errno));
}

void FileWatch::read()
{
    events_.async_read_some(asio::buffer(buffer_),
                            [this](boost::system::error_code fault, std::size_t size) {
                                if (fault) return; // we are being destroyed
                                on_events(size);
                                read();
                            });
}

void FileWatch::on_events(std::size_t size)
{
    bool ours = false;
    for (std::size_t at = 0; at + sizeof(inotify_event) <= size;) {
        inotify_event event{};
        std::memcpy(&event, buffer_.data() + at, sizeof event);
        const char* const name = buffer_.data() + at + sizeof event;
        ours = ours ||
               (event.len > 0 && std::find(names_.begin(), names_.end(), name) != names_.end()) ||
               (event.mask & IN_Q_OVERFLOW) != 0;
        at += sizeof event + event.len;
    }
    if (!ours || std::exchange(pending_, true)) return;
    settle_.expires_after(burst);
    settle_.async_wait([this](boost::system::error_code cancelled) {
        if (cancelled) return;
        pending_ = false;
        changed_();
    });
}

} // namespace bridged
