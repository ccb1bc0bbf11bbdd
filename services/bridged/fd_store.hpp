#pragma once

#include <atomic>
#include <map>
#include <mutex>

#include "daemonkit/descriptor.hpp"
#include "loop/asio.hpp"
#include "serial/descriptor_store.hpp"

namespace bridged {

/// systemd's file descriptor store, sd_pid_notify_with_fds(3): lives as long as the unit is not
/// stopped, through restarts, crashes and upgrades. Outside systemd there is none, and nothing
/// happens. A descriptor's name is "tty-188-0", by the numbers of its device.
class FdStore final : public serial::DescriptorStore {
public:
    /// What nobody has taken by then is of a board that nobody wants any more, and is closed.
    static constexpr std::chrono::seconds most_wait{30};

    explicit FdStore(asio::io_context& io);

    int take(dev_t device) override;
    void keep(int descriptor, dev_t device) override;
    bool forget(dev_t device) override;

    /// From here on nothing is forgotten: the ttys are closed to be taken over.
    void leave() { leaving_ = true; }

private:
    void drop_the_rest();

    std::mutex mutex_; // of kept_
    std::map<dev_t, daemonkit::Descriptor> kept_;
    std::atomic<bool> leaving_ = false;
    asio::steady_timer timer_;
};

} // namespace bridged
