#pragma once

#include <cstdint>
#include <string>

#include "daemonkit/descriptor.hpp"

namespace ctl {

/// What a pty's user can set and its other end can see. Linux makes every pty 8 bits without
/// parity (pty_set_termios()), and it has no modem lines: TIOCMSET is refused.
struct PtySettings {
    std::uint32_t baud = 115200;
    bool two_stop_bits = false;
    bool xon_xoff = false;
    bool rts_cts = false;
    bool operator==(const PtySettings&) const = default;
};

/// The end of a pty that stands for a serial line. In packet mode with EXTPROC (ioctl_tty(2)), so
/// that what its user sets is told in its place among the bytes; settings() then has it.
class PtyLine {
public:
    /// The tty is raw and has these settings. Root's is for group dialout, as serial ports are.
    /// @throws std::system_error
    explicit PtyLine(const PtySettings& settings);

    const std::string& tty() const { return tty_; } ///< "/dev/pts/7"
    /// To be read from: a byte 0 before data, any other alone when something was set.
    int descriptor() const { return end_.get(); }
    bool is_open() const; ///< somebody has the tty open

    PtySettings settings() const;
    void ask_to_be_told();    ///< again: who sets everything anew takes EXTPROC away
    bool was_written() const; ///< and not read yet; is_open(), before, waits for what is on its way
    void forget_written();
    /// Nothing is left of the tty's last user: neither what he has not read nor that the tty is his
    /// alone. False: it is, though he is gone, and only root could end that (TIOCEXCL of
    /// ioctl_tty(2)): nobody else can open it any more.
    bool make_as_new();

private:
    daemonkit::Descriptor end_;
    std::string tty_;
};

} // namespace ctl
