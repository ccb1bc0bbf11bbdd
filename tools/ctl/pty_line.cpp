#include "ctl/pty_line.hpp"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <system_error>

#include <asm/termbits.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace ctl {
namespace {

void need(bool done, const char* what)
{
    if (!done) throw std::system_error(errno, std::generic_category(), what);
}

termios2 termios_of(int descriptor)
{
    termios2 now{};
    need(::ioctl(descriptor, TCGETS2, &now) == 0, "pty");
    return now;
}

} // namespace

PtyLine::PtyLine(const PtySettings& settings)
    : end_(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK))
{
    need(static_cast<bool>(end_), "pty");
    std::array<char, 64> name{};
    need(::grantpt(end_.get()) == 0 && ::unlockpt(end_.get()) == 0 &&
             ::ptsname_r(end_.get(), name.data(), name.size()) == 0,
         "pty");
    tty_ = name.data();
    // A container's root may not give it to a group that is unknown there: then it is root's alone.
    const auto* dialout = ::geteuid() == 0 ? ::getgrnam("dialout") : nullptr;
    if (dialout && ::chown(tty_.c_str(), 0, dialout->gr_gid) == 0) ::chmod(tty_.c_str(), 0660);
    // Until it was opened once, the other end cannot tell whether somebody has it open.
    const daemonkit::Descriptor once{::open(tty_.c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC)};
    need(static_cast<bool>(once), tty_.c_str());
    auto raw = termios_of(once.get());
    raw.c_iflag = 0;
    raw.c_oflag = 0;
    raw.c_lflag = EXTPROC;
    raw.c_cflag = CS8 | CREAD | CLOCAL | BOTHER | (BOTHER << IBSHIFT);
    raw.c_ispeed = raw.c_ospeed = settings.baud;
    int yes = 1;
    need(::ioctl(once.get(), TCSETS2, &raw) == 0 && ::ioctl(end_.get(), TIOCPKT, &yes) == 0,
         tty_.c_str());
}

bool PtyLine::is_open() const
{
    pollfd end{.fd = end_.get(), .events = 0, .revents = 0};
    return ::poll(&end, 1, 0) >= 0 && (end.revents & POLLHUP) == 0;
}

PtySettings PtyLine::settings() const
{
    const auto now = termios_of(end_.get()); // of the tty: the kernel asks the other end
    return {.baud = now.c_ospeed,
            .two_stop_bits = (now.c_cflag & CSTOPB) != 0,
            .xon_xoff = (now.c_iflag & (IXON | IXOFF)) != 0,
            .rts_cts = (now.c_cflag & CRTSCTS) != 0};
}

void PtyLine::ask_to_be_told()
{
    auto now = termios_of(end_.get());
    if ((now.c_lflag & EXTPROC) != 0) return;
    now.c_lflag |= EXTPROC;
    need(::ioctl(end_.get(), TCSETS2, &now) == 0, tty_.c_str());
}

bool PtyLine::was_written() const
{
    int waiting = 0;
    return ::ioctl(end_.get(), FIONREAD, &waiting) == 0 && waiting > 0;
}

void PtyLine::forget_written()
{
    std::array<char, 4096> bytes{};
    while (::read(end_.get(), bytes.data(), bytes.size()) > 0) {
    }
}

bool PtyLine::make_as_new()
{
    ::ioctl(end_.get(), TCFLSH, TCOFLUSH); // on their way
    const daemonkit::Descriptor tty{::open(tty_.c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC)};
    if (!tty) return errno != EBUSY || is_open();
    ::ioctl(tty.get(), TCFLSH, TCIFLUSH); // arrived
    ::ioctl(tty.get(), TIOCNXCL);         // a serial port's is gone with its last user, too
    return true;
}

} // namespace ctl
