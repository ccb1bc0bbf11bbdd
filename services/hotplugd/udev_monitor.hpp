#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "hotplugd/udev_event.hpp"
#include "loop/asio.hpp"

struct udev;
struct udev_device;
struct udev_monitor;

namespace hotplugd {

/// libudev on the loop: what there is, and what changes. Decides nothing but which devnodes to
/// read. Where no udevd runs (a container) the monitor stays silent and enumerations come
/// from sysfs alone, without ID_PATH.
class UdevMonitor {
public:
    struct Handlers {
        std::function<bool(const std::string& devnode)> is_wanted;
        /// Some that came, in order; many at once in a storm.
        std::function<void(const std::vector<UdevEvent>&)> events;
        std::function<void(const std::vector<UdevEvent>&)> all; ///< an enumeration
    };

    /// Listens from here on, so that an enumeration that follows leaves no hole.
    /// @throws std::runtime_error when libudev cannot start; a monitor that is refused is logged
    UdevMonitor(asio::io_context& io, Handlers handlers);
    ~UdevMonitor();
    UdevMonitor(const UdevMonitor&) = delete;
    UdevMonitor& operator=(const UdevMonitor&) = delete;

    /// Reads what there is and hands it to `all`. Also done by itself when the kernel
    /// had to drop events.
    void enumerate();

private:
    struct Release {
        void operator()(udev* handle) const;
        void operator()(udev_monitor* handle) const;
        void operator()(udev_device* handle) const;
    };
    void listen(asio::io_context& io);
    void wait();
    void drain();
    bool receive(std::vector<UdevEvent>& events);
    std::optional<UdevEvent> event_of(udev_device* device, const std::string& action) const;

    Handlers handlers_;
    std::unique_ptr<udev, Release> udev_;
    std::unique_ptr<udev_monitor, Release> monitor_;
    std::optional<asio::posix::stream_descriptor> wakeup_;
    bool lost_ = false; // events, since the last enumeration
};

} // namespace hotplugd
