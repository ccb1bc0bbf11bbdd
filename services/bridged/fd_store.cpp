#include "bridged/fd_store.hpp"

#include <cstdlib>
#include <string>

#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <systemd/sd-daemon.h>

namespace bridged {

namespace {

std::string name_of(dev_t device)
{
    return "tty-" + std::to_string(major(device)) + "-" + std::to_string(minor(device));
}

void remove(dev_t device)
{
    ::sd_notify(0, ("FDSTOREREMOVE=1\nFDNAME=" + name_of(device)).c_str());
}

} // namespace

FdStore::FdStore(asio::io_context& io) : timer_(io)
{
    const int count = ::sd_listen_fds(1); // and not to be inherited any further
    for (int i = 0; i < count; ++i) {
        daemonkit::Descriptor descriptor{SD_LISTEN_FDS_START + i};
        struct stat facts = {};
        if (::fstat(descriptor.get(), &facts) == 0 && S_ISCHR(facts.st_mode))
            kept_.insert_or_assign(facts.st_rdev, std::move(descriptor));
    }
    if (kept_.empty()) return;
    timer_.expires_after(most_wait);
    timer_.async_wait([this](boost::system::error_code stopped) {
        if (!stopped) drop_the_rest();
    });
}

int FdStore::take(dev_t device)
{
    const std::lock_guard lock{mutex_};
    const auto found = kept_.extract(device);
    return found ? found.mapped().release() : -1;
}

void FdStore::keep(int descriptor, dev_t device)
{
    const auto state = "FDSTORE=1\nFDNAME=" + name_of(device);
    ::sd_pid_notify_with_fds(0, 0, state.c_str(), &descriptor, 1);
}

bool FdStore::forget(dev_t device)
{
    // Outside systemd there is nobody who would keep it.
    if (leaving_ && std::getenv("NOTIFY_SOCKET") != nullptr) return false;
    remove(device);
    return true;
}

void FdStore::drop_the_rest()
{
    const std::lock_guard lock{mutex_};
    for (const auto& [device, descriptor] : kept_) remove(device);
    kept_.clear();
}

} // namespace bridged
