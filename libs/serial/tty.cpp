#include "serial/tty.hpp"

#include <cerrno>
#include <filesystem>
#include <utility>

#include <fcntl.h>
#include <linux/serial.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <termios.h>
#include <unistd.h>

#include "serial/line_discipline.hpp"
#include "serial/shared_open.hpp"

namespace serial {

namespace {

std::error_code system_error(int error)
{
    return {error, std::generic_category()};
}

/// The slave side of a pty, by its fixed major number (Documentation/admin-guide/devices.txt:
/// 136-143 Unix98, 3 BSD). An ioctl cannot tell: TIOCGPTN works on the master side only, and other
/// ttys without modem lines answer ENOTTY to TIOCMGET too.
bool is_pty_slave(dev_t device)
{
    const unsigned number = major(device);
    return (number >= 136 && number <= 143) || number == 3;
}

/// Does its driver count line errors only with INPCK? The kernel tells a driver's name in sysfs
/// alone; in a sandbox without, it is as with the other drivers.
bool counts_if_asked(dev_t device)
{
    const auto link = "/sys/dev/char/" + std::to_string(major(device)) + ":" +
                      std::to_string(minor(device)) + "/device/driver";
    std::error_code unknown;
    return std::filesystem::read_symlink(link, unknown).filename() == "cp210x";
}

std::optional<ErrorCounts> error_counts(int descriptor)
{
    serial_icounter_struct counts = {};
    if (::ioctl(descriptor, TIOCGICOUNT, &counts) != 0) return std::nullopt;
    const auto unsign = [](int count) { return static_cast<std::uint32_t>(count); };
    return ErrorCounts{.overruns = unsign(counts.overrun) + unsign(counts.buf_overrun),
                       .parity = unsign(counts.parity),
                       .framing = unsign(counts.frame),
                       .breaks = unsign(counts.brk)};
}

/// One ioctl, so that both change together. TIOCMBIS and TIOCMBIC where they do: TIOCMSET
/// needs a TIOCMGET before it, a USB round trip, and would clear OUT2, which gates
/// the interrupt of a PC's UART.
int change_lines(int descriptor, const LineChange& change)
{
    int set = 0;
    int clear = 0;
    const auto sort = [&](std::optional<bool> wanted, int bit) {
        if (wanted) (*wanted ? set : clear) |= bit;
    };
    sort(change.dtr, TIOCM_DTR);
    sort(change.rts, TIOCM_RTS);
    if (set == 0 && clear == 0) return 0;
    if (clear == 0) return ::ioctl(descriptor, TIOCMBIS, &set);
    if (set == 0) return ::ioctl(descriptor, TIOCMBIC, &clear);
    int lines = 0;
    if (::ioctl(descriptor, TIOCMGET, &lines) != 0) return -1;
    lines = (lines | set) & ~clear;
    return ::ioctl(descriptor, TIOCMSET, &lines);
}

Outcome result_of(int returned)
{
    return {returned == 0 ? system_error(0) : system_error(errno), {}, {}};
}

} // namespace

Tty::~Tty()
{
    close({});
}

Outcome Tty::open(const std::string& devnode, const Settings& settings, const LineChange& lines)
{
    struct stat status = {};
    if (::stat(devnode.c_str(), &status) != 0) return result_of(-1);
    // Before open(): opening other devices has effects of its own (/dev/watchdog).
    if (!S_ISCHR(status.st_mode)) return {system_error(ENOTTY), {}, {}};
    device_ = status.st_rdev;
    is_pty_ = is_pty_slave(device_);
    if (take_kept(status)) {
        auto outcome = prepare(settings, still_to_change(lines));
        if (!outcome.error) return outcome;
        abandon();
    }
    return open_anew(devnode, settings, lines);
}

Outcome Tty::open_anew(const std::string& devnode, const Settings& settings,
                       const LineChange& lines)
{
    const SharedOpen first{device_};
    descriptor_ = ::open(devnode.c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (descriptor_ < 0) return result_of(-1);
    Outcome outcome = is_held_elsewhere() || first.is_shared()
                          ? Outcome{system_error(EBUSY), {}, {}}
                          : prepare(settings, lines);
    if (outcome.error) {
        ::close(descriptor_);
        descriptor_ = -1;
    } else if (store_) {
        store_->keep(descriptor_, device_);
    }
    return outcome;
}

/// True: descriptor_ is one of the process before, and of this very tty. One that was pulled out
/// meanwhile is hung up, and answers nothing but EIO; a pty's number is its devpts' alone.
bool Tty::take_kept(const struct stat& node)
{
    if (!store_) return false;
    descriptor_ = store_->take(device_);
    if (descriptor_ < 0) return false;
    struct stat kept = {};
    if (::fstat(descriptor_, &kept) == 0 && kept.st_rdev == node.st_rdev &&
        (!is_pty_ || kept.st_dev == node.st_dev) && ::isatty(descriptor_) == 1)
        return true;
    abandon();
    return false;
}

void Tty::abandon()
{
    store_->forget(device_);
    ::close(descriptor_);
    descriptor_ = -1;
}

LineChange Tty::still_to_change(LineChange lines) const
{
    int now = 0;
    if (::ioctl(descriptor_, TIOCMGET, &now) != 0) return lines;
    if (lines.dtr == ((now & TIOCM_DTR) != 0)) lines.dtr.reset();
    if (lines.rts == ((now & TIOCM_RTS) != 0)) lines.rts.reset();
    return lines;
}

/// TIOCEXCL does not keep root out, and flock() nobody: whoever has it said that it is theirs.
bool Tty::is_held_elsewhere() const
{
    int exclusive = 0;
    if (!is_pty_ && ::ioctl(descriptor_, TIOCGEXCL, &exclusive) == 0 && exclusive != 0) return true;
    return ::flock(descriptor_, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
}

Outcome Tty::prepare(const Settings& settings, const LineChange& lines)
{
    // First of all: open() may have raised DTR and RTS, and each millisecond of it counts for a
    // board that resets on them. A tty without lines (a pty) is served as well, so the
    // result does not matter; one that is gone says so below.
    change_lines(descriptor_, lines);
    struct stat status = {};
    if (::fstat(descriptor_, &status) != 0) return result_of(-1);
    counts_if_asked_ = counts_if_asked(status.st_rdev);
    // On a pty it would outlive us, for as long as the master side is open.
    if (!is_pty_) ::ioctl(descriptor_, TIOCEXCL);
    const auto [in_effect, error] = line_discipline::apply(descriptor_, settings, counts_if_asked_);
    if (error) return {error, {}, {}};
    return {{}, in_effect, {}};
}

Outcome Tty::close(const LineChange& lines)
{
    if (descriptor_ < 0) return {};
    const Outcome outcome = result_of(change_lines(descriptor_, lines));
    if (std::exchange(breaking_, false)) ::ioctl(descriptor_, TIOCCBRK); // waits for nothing
    flush_transmit(); // also where it is only left: the last close may be systemd's
    const bool is_left = store_ && !store_->forget(device_);
    // Somebody else may have it open since before us: then it would outlive us here, too.
    if (!is_pty_ && !is_left) ::ioctl(descriptor_, TIOCNXCL);
    ::close(descriptor_);
    descriptor_ = -1;
    return outcome;
}

Outcome Tty::configure(const Settings& settings)
{
    const auto [in_effect, error] = line_discipline::apply(descriptor_, settings, counts_if_asked_);
    if (error) return {error, {}, {}};
    const bool refused = !is_pty_ && line_discipline::refuses(settings, in_effect);
    return {refused ? system_error(EINVAL) : std::error_code{}, in_effect, {}};
}

Outcome Tty::set_lines(const LineChange& change)
{
    return result_of(change_lines(descriptor_, change));
}

Outcome Tty::set_break(bool on, Interruption& interruption)
{
    // TIOCSBRK waits for the output to be sent first, and cannot be had without.
    const auto call = [&] { return ::ioctl(descriptor_, on ? TIOCSBRK : TIOCCBRK); };
    const int error = interruption.run(call);
    breaking_ = on && error == 0;
    // Interrupted before it began: the end of a break waits for nothing, so it can be had.
    if (error == EINTR && !on) return result_of(call());
    return {system_error(error), {}, {}};
}

Outcome Tty::drain(Interruption& interruption)
{
    const int error = interruption.run([&] { return ::tcdrain(descriptor_); });
    // Interrupted because there is nothing left to wait for.
    return {system_error(error == EINTR ? 0 : error), {}, {}};
}

Outcome Tty::inputs()
{
    int lines = 0;
    if (::ioctl(descriptor_, TIOCMGET, &lines) != 0) return result_of(-1);
    const auto has = [&](int bit) { return (lines & bit) != 0; };
    // The counters are the kernel's memory: no USB round trip for them.
    return {{},
            {},
            ModemInputs{has(TIOCM_CTS), has(TIOCM_DSR), has(TIOCM_RI), has(TIOCM_CD)},
            error_counts(descriptor_)};
}

void Tty::flush_transmit()
{
    ::tcflush(descriptor_, TCOFLUSH);
}

} // namespace serial
