#include "hotplugd/static_ttys.hpp"

#include <spdlog/spdlog.h>

#include <chrono>
#include <system_error>
#include <utility>

#include "contract/slots_file.hpp"
#include "daemonkit/files.hpp"

namespace hotplugd {

namespace {

// An editor that writes in place has made the file empty a moment before.
constexpr std::chrono::milliseconds settle_time{50};
// For folders that cannot be watched and file systems that tell nothing (NFS; devpts before
// Linux 5.16 did not tell of a pty that closed).
constexpr std::chrono::seconds slow_look_period{5};

} // namespace

StaticTtys::StaticTtys(asio::io_context& io, std::filesystem::path slots_file,
                       ChangeHandler on_change)
    : slots_file_(std::move(slots_file)),
      on_change_(std::move(on_change)),
      settle_(io),
      slow_look_(io),
      watch_(io, [this](const auto& indexes) { touched(indexes); })
{
}

void StaticTtys::reload()
{
    last_fault_.clear();
    read_devnodes();
    check();
    look_later();
}

void StaticTtys::check()
{
    std::vector<PathWatch::Watched> paths{{slots_file_, true}};
    for (const auto& devnode : devnodes_) paths.push_back({devnode, false});
    const auto trails = watch_.arm(paths);
    std::vector<StaticTty> now;
    for (std::size_t index = 0; index < devnodes_.size(); ++index)
        now.push_back(tty_at(devnodes_[index], trails[index + 1]));
    if (now == ttys_) return;
    ttys_ = std::move(now);
    on_change_(ttys_);
}

StaticTty StaticTtys::tty_at(const std::string& path, const PathTrail& trail)
{
    if (trail.exists && trail.is_character_device) {
        warned_.erase(path);
        return {path, trail.target, trail.identity};
    }
    if (trail.exists && warned_.insert(path).second)
        spdlog::warn("{} is no character device, so no tty: taken as absent", path);
    return {path, {}, {}};
}

void StaticTtys::touched(const std::set<std::size_t>& indexes)
{
    check();
    if (!indexes.contains(0)) return;
    settle_.expires_after(settle_time);
    settle_.async_wait([this](const boost::system::error_code& error) {
        if (!error && read_devnodes()) check();
    });
}

void StaticTtys::look_later()
{
    if (devnodes_.empty()) return;
    slow_look_.expires_after(slow_look_period);
    slow_look_.async_wait([this](const boost::system::error_code& error) {
        if (error) return;
        check();
        look_later();
    });
}

std::vector<std::string> StaticTtys::devnodes_in(const std::filesystem::path& slots_file)
{
    std::vector<std::string> devnodes;
    try {
        const auto text = daemonkit::read_file(slots_file);
        for (const auto& slot : contract::parse_slots(text, slots_file.string()).slots)
            if (slot.devnode) devnodes.push_back(*slot.devnode);
    } catch (const std::system_error& error) {
        if (error.code() != std::errc::no_such_file_or_directory) throw;
    }
    return devnodes;
}

bool StaticTtys::read_devnodes()
{
    try {
        auto devnodes = devnodes_in(slots_file_);
        last_fault_.clear();
        if (devnodes == devnodes_) return false;
        devnodes_ = std::move(devnodes);
        look_later();
        return true;
    } catch (const std::exception& error) {
        complain(error.what());
        return false;
    }
}

void StaticTtys::complain(const std::string& fault)
{
    if (fault == last_fault_) return;
    last_fault_ = fault;
    spdlog::error("{}; the static ttys known so far stay", fault);
}

} // namespace hotplugd
