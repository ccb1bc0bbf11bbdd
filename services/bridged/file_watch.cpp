#include "bridged/file_watch.hpp"

#include <sys/inotify.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string_view>
#include <system_error>
#include <utility>

#include <spdlog/spdlog.h>

namespace bridged {

namespace {

constexpr std::chrono::milliseconds burst{100};

} // namespace

FileWatch::FileWatch(asio::io_context& io, const std::filesystem::path& file,
                     std::function<void()> changed)
    : name_(file.filename()), changed_(std::move(changed)), events_(io), settle_(io)
{
    auto folder = file.parent_path();
    if (folder.empty()) folder = ".";
    const int descriptor = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (descriptor < 0 ||
        ::inotify_add_watch(descriptor, folder.c_str(),
                            IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE) < 0) {
        spdlog::warn("watch {}: {}; changes need a reload", folder.string(),
                     std::system_category().message(errno));
        if (descriptor >= 0) ::close(descriptor);
        return;
    }
    events_.assign(descriptor);
    read();
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
        ours = ours || (event.len > 0 && name_ == std::string_view{name}) ||
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
