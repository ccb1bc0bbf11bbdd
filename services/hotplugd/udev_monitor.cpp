#include "hotplugd/udev_monitor.hpp"

#include <libudev.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <utility>

#include "hotplugd/device_facts.hpp"

namespace hotplugd {

namespace {

// 60 plug and unplug in a burst are some 500 KB of netlink messages. Without CAP_NET_ADMIN the
// kernel gives at most net.core.rmem_max; then ENOBUFS and a new enumeration make up for it.
constexpr int receive_buffer_bytes = 8 << 20;
constexpr int most_events_at_once = 64;

std::string text(const char* value)
{
    return value == nullptr ? std::string{} : std::string{value};
}

std::string property(udev_device* device, const char* name)
{
    return text(udev_device_get_property_value(device, name));
}

std::string attribute(udev_device* device, const char* name)
{
    return device == nullptr ? std::string{} : text(udev_device_get_sysattr_value(device, name));
}

/// What differs between two enumerations of one connector: udevd's time of first sight, kept in
/// its database and repeated in the remove event; else the device number on its bus.
std::string enumeration_of(udev_device* device, udev_device* usb)
{
    if (auto since = property(device, "USEC_INITIALIZED"); !since.empty()) return since;
    if (usb == nullptr) return {};
    return attribute(usb, "busnum") + "-" + attribute(usb, "devnum");
}

/// The board that the tty's USB interface belongs to; null when there is none, or no longer: while
/// it is taken down, libudev finds the hub above it.
udev_device* board_of(udev_device* device)
{
    auto* interface = udev_device_get_parent_with_subsystem_devtype(device, "usb", "usb_interface");
    auto* board = udev_device_get_parent_with_subsystem_devtype(device, "usb", "usb_device");
    if (interface == nullptr || board == nullptr) return nullptr;
    const std::filesystem::path of_interface{udev_device_get_syspath(interface)};
    return of_interface.parent_path() == udev_device_get_syspath(board) ? board : nullptr;
}

/// What udevd has read of it, else from sysfs. Not the other way round: these attributes take the
/// lock of the USB device, which the kernel may hold for many seconds while boards come and go.
std::string text_of(udev_device* device, udev_device* usb, const char* name, const char* attr)
{
    auto known = property(device, name);
    return known.empty() ? attribute(usb, attr) : known;
}

std::vector<std::string> links_of(udev_device* device)
{
    std::vector<std::string> links;
    udev_list_entry* entry = nullptr;
    udev_list_entry_foreach(entry, udev_device_get_devlinks_list_entry(device))
        links.push_back(text(udev_list_entry_get_name(entry)));
    return links;
}

/// It has no ID_PATH, as udevd found it gone from sysfs, and not since there are none on this
/// system.
bool vanished(udev_device* device)
{
    return property(device, "ID_PATH").empty() &&
           access(udev_device_get_syspath(device), F_OK) != 0;
}

bool udevd_runs()
{
    return access("/run/udev/control", F_OK) == 0;
}

} // namespace

void UdevMonitor::Release::operator()(udev* handle) const
{
    udev_unref(handle);
}
void UdevMonitor::Release::operator()(udev_monitor* handle) const
{
    udev_monitor_unref(handle);
}
void UdevMonitor::Release::operator()(udev_device* handle) const
{
    udev_device_unref(handle);
}

UdevMonitor::UdevMonitor(asio::io_context& io, Handlers handlers)
    : handlers_(std::move(handlers)), udev_(udev_new())
{
    if (!udev_) throw std::runtime_error(std::string{"libudev: "} + std::strerror(errno));
    listen(io);
}

UdevMonitor::~UdevMonitor()
{
    if (wakeup_) wakeup_->release(); // libudev owns the descriptor
}

void UdevMonitor::listen(asio::io_context& io)
{
    // Group "udev", not "kernel": only udevd knows ID_PATH, and the node has its rights by then.
    monitor_.reset(udev_monitor_new_from_netlink(udev_.get(), "udev"));
    if (!monitor_ ||
        udev_monitor_filter_add_match_subsystem_devtype(monitor_.get(), "tty", nullptr) < 0 ||
        udev_monitor_enable_receiving(monitor_.get()) < 0) {
        spdlog::warn("udev cannot be listened to ({}): only device.notify tells of changes",
                     std::strerror(errno));
        monitor_.reset();
        return;
    }
    udev_monitor_set_receive_buffer_size(monitor_.get(), receive_buffer_bytes);
    wakeup_.emplace(io, udev_monitor_get_fd(monitor_.get()));
    wait();
}

void UdevMonitor::wait()
{
    wakeup_->async_wait(asio::posix::stream_descriptor::wait_read,
                        [this](const boost::system::error_code& error) {
                            if (error) return;
                            drain();
                            wait();
                        });
}

void UdevMonitor::drain()
{
    std::vector<UdevEvent> events;
    const bool is_empty = receive(events);
    if (!events.empty()) handlers_.events(events);
    // Not before: what is still queued is older than what an enumeration would find.
    if (!is_empty || !lost_) return;
    spdlog::warn("udev events came faster than they could be read: enumerating again");
    enumerate();
}

/// Not all that is there in a storm: requests and heartbeats have their turn, too.
bool UdevMonitor::receive(std::vector<UdevEvent>& events)
{
    for (int count = 0; count < most_events_at_once; ++count) {
        errno = 0;
        const std::unique_ptr<udev_device, Release> device{
            udev_monitor_receive_device(monitor_.get())};
        if (device) {
            const auto action = text(udev_device_get_action(device.get()));
            if (action != "remove" && vanished(device.get())) continue; // its remove follows
            if (auto event = event_of(device.get(), action)) events.push_back(*std::move(event));
        } else if (errno == ENOBUFS) {
            lost_ = true;
        } else {
            return true;
        }
    }
    return false;
}

void UdevMonitor::enumerate()
{
    struct ReleaseList {
        void operator()(udev_enumerate* handle) const { udev_enumerate_unref(handle); }
    };
    const std::unique_ptr<udev_enumerate, ReleaseList> list{udev_enumerate_new(udev_.get())};
    if (!list) throw std::runtime_error(std::string{"libudev: "} + std::strerror(errno));
    udev_enumerate_add_match_subsystem(list.get(), "tty");
    // What udevd has not got to yet has no ID_PATH; its event comes.
    if (udevd_runs()) udev_enumerate_add_match_is_initialized(list.get());
    udev_enumerate_scan_devices(list.get());

    std::vector<UdevEvent> all;
    udev_list_entry* entry = nullptr;
    udev_list_entry_foreach(entry, udev_enumerate_get_list_entry(list.get()))
    {
        const std::unique_ptr<udev_device, Release> device{
            udev_device_new_from_syspath(udev_.get(), udev_list_entry_get_name(entry))};
        if (!device) continue; // gone meanwhile
        if (auto event = event_of(device.get(), "exists")) all.push_back(std::move(*event));
    }
    lost_ = false;
    handlers_.all(all);
}

std::optional<UdevEvent> UdevMonitor::event_of(udev_device* device, const std::string& action) const
{
    UdevEvent event;
    event.action = action;
    event.devnode = text(udev_device_get_devnode(device));
    if (!handlers_.is_wanted(event.devnode)) return std::nullopt;
    // Parents belong to the device: not to be released. None on remove: they are gone.
    auto* parent = udev_device_get_parent(device);
    auto* usb = board_of(device);
    event.devpath = text(udev_device_get_devpath(device));
    event.id_path = property(device, "ID_PATH");
    event.enumerated = enumeration_of(device, usb);
    event.vid = text_of(device, usb, "ID_VENDOR_ID", "idVendor");
    event.pid = text_of(device, usb, "ID_MODEL_ID", "idProduct");
    event.serial = text_of(device, usb, "ID_SERIAL_SHORT", "serial");
    // Not ID_MODEL and ID_VENDOR: their spaces are replaced.
    event.product = without_escapes(text_of(device, usb, "ID_MODEL_ENC", "product"));
    event.manufacturer = without_escapes(text_of(device, usb, "ID_VENDOR_ENC", "manufacturer"));
    event.driver = property(device, "ID_USB_DRIVER");
    if (event.driver.empty() && parent != nullptr)
        event.driver = text(udev_device_get_driver(parent));
    event.port = attribute(parent, "port_number");
    event.links = links_of(device);
    event.interface = property(device, "ID_USB_INTERFACE_NUM");
    if (event.interface.empty())
        event.interface =
            attribute(udev_device_get_parent_with_subsystem_devtype(device, "usb", "usb_interface"),
                      "bInterfaceNumber");
    return event;
}

} // namespace hotplugd
