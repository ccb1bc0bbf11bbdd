#include "serial/shared_open.hpp"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>
#include <thread>

#include <sys/sysmacros.h>

namespace serial {

namespace {

namespace fs = std::filesystem;

/// An open that is under way elsewhere has taken one of its two references.
constexpr std::chrono::milliseconds second_look{20};

/// The module that owns the tty driver: usbserial for its devices, else that of the device's own.
std::string module_of(dev_t device)
{
    const fs::path tty =
        "/sys/dev/char/" + std::to_string(major(device)) + ":" + std::to_string(minor(device));
    std::error_code none;
    if (fs::canonical(tty / "device/subsystem", none).filename() == "usb-serial")
        return "/sys/module/usbserial";
    const auto module = fs::canonical(tty / "device/driver/module", none);
    return none ? std::string{} : module.string();
}

} // namespace

SharedOpen::SharedOpen(dev_t device) : module_(module_of(device)), before_(references()) {}

/// Without those of modules that are built on it.
std::optional<long> SharedOpen::references() const
{
    if (module_.empty()) return std::nullopt;
    long count = 0;
    std::ifstream file{module_ + "/refcnt"};
    std::error_code none;
    const fs::directory_iterator holders{module_ + "/holders", none};
    if (!(file >> count) || none) return std::nullopt;
    return count - std::distance(begin(holders), end(holders));
}

bool SharedOpen::is_shared() const
{
    const auto is_odd = [this] {
        const auto now = references();
        return before_ && now && (*now - *before_) % 2 != 0;
    };
    if (!is_odd()) return false;
    std::this_thread::sleep_for(second_look);
    return is_odd();
}

} // namespace serial
