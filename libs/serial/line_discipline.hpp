#pragma once

#include <cstdint>
#include <system_error>

#include "serial/settings.hpp"

/// A tty's termios, with any baud rate: TCGETS2/TCSETS2 and BOTHER of <asm/termbits.h>
/// (ioctl_tty(2)), which glibc's termios cannot express.
namespace serial::line_discipline {

/// termios's c_iflag and c_cflag, the latter without the rate.
struct Flags {
    std::uint32_t input = 0;
    std::uint32_t control = 0;
};

/// Raw in every respect: nothing is translated, echoed, or a signal; a break reads as NUL, and
/// a byte with a wrong parity bit as itself. Counting errors (TIOCGICOUNT) needs nothing of
/// most drivers: the core's UARTs, ftdi_sio and cdc-acm always do. cp210x does with INPCK only,
/// which n_tty answers by NUL for a bad byte, or with IGNPAR by dropping it. Yet with both set,
/// and no IXON, n_tty is "real raw" and copies all bytes whatever is wrong with them
/// (n_tty_set_termios()), and cp210x itself drops none. A UART's driver would: so only there.
/// (The NUL that drivers add for an overrun comes through as well, as from ftdi_sio in any case.)
/// And only with parity: else INPCK, which inserts events into the stream from the chip, would
/// be a risk for everybody and tell little (a CP2102 does not report a break, says its commit).
Flags flags_of(const Settings& settings, bool counts_if_asked);
/// The reverse, where `asked` has what flags cannot tell: the rate, and 1.5 stop bits.
Settings settings_of(const Flags& flags, const Settings& asked);

struct InEffect {
    Settings settings;
    std::error_code error; ///< ENOTTY for what is no tty, EIO for one that is gone
};

/// Makes the tty raw with these settings, without waiting for output and without touching
/// what is in its buffers, and reads back what is then in effect. Receiver on, modem status
/// ignored, HUPCL off: DTR and RTS stay as they are when it is closed.
/// Error EINVAL: settings out of their ranges; nothing was changed.
InEffect apply(int descriptor, const Settings& settings, bool counts_if_asked = false);

/// Did the tty refuse? A rate up to 5 % away is the nearest that its divisors reach; that is
/// no refusal: asynchronous frames survive about that much.
bool refuses(const Settings& asked, const Settings& in_effect);

} // namespace serial::line_discipline
