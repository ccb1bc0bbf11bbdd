#pragma once

#include <system_error>

#include "serial/settings.hpp"

/// A tty's termios, with any baud rate: TCGETS2/TCSETS2 and BOTHER of <asm/termbits.h>
/// (ioctl_tty(2)), which glibc's termios cannot express.
namespace serial::line_discipline {

struct InEffect {
    Settings settings;
    std::error_code error; ///< ENOTTY for what is no tty, EIO for one that is gone
};

/// Makes the tty raw with these settings, without waiting for output and without touching
/// what is in its buffers, and reads back what is then in effect. Receiver on, modem status
/// ignored, HUPCL off: DTR and RTS stay as they are when it is closed.
/// Error EINVAL: settings out of their ranges; nothing was changed.
InEffect apply(int descriptor, const Settings& settings);

/// Did the tty refuse? A rate up to 5 % away is the nearest that its divisors reach; that is
/// no refusal: asynchronous frames survive about that much.
bool refuses(const Settings& asked, const Settings& in_effect);

} // namespace serial::line_discipline
