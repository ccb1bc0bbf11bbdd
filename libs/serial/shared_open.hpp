#pragma once

#include <optional>
#include <string>

#include <sys/types.h>

namespace serial {

/// Tells whether an open() of a tty was the first, so that nobody else has it open. The kernel says
/// so to nobody; but the first open of a tty takes two references to the module that owns its
/// driver (chrdev_open and tty_init_dev), each further one takes one, and
/// /sys/module/<module>/refcnt is for all to read. Opens and closes of ttys that are used alone
/// change it by two, so an odd difference is a tty that is shared. Seen with usbserial and cdc_acm
/// of Linux 6.1.
class SharedOpen {
public:
    /// Before the open().
    explicit SharedOpen(dev_t device);

    /// After it. False also where it cannot be told: a driver that is built in, no sysfs.
    bool is_shared() const;

private:
    std::optional<long> references() const;

    std::string module_; ///< its folder in /sys/module; "" when there is none
    std::optional<long> before_;
};

} // namespace serial
