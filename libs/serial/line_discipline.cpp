#include "serial/line_discipline.hpp"

#include <cerrno>
#include <cstdint>
#include <limits>

#include <asm/termbits.h>
#include <sys/ioctl.h>

namespace serial::line_discipline {

namespace {

constexpr unsigned char xon = 0x11;
constexpr unsigned char xoff = 0x13;

bool is_valid(const Settings& settings)
{
    return settings.baud > 0 && settings.baud <= std::numeric_limits<std::int32_t>::max() &&
           settings.data_bits >= 5 && settings.data_bits <= 8;
}

tcflag_t size_flags(std::uint8_t data_bits)
{
    switch (data_bits) {
    case 5:
        return CS5;
    case 6:
        return CS6;
    case 7:
        return CS7;
    default:
        return CS8;
    }
}

std::uint8_t data_bits(tcflag_t flags)
{
    switch (flags & CSIZE) {
    case CS5:
        return 5;
    case CS6:
        return 6;
    case CS7:
        return 7;
    default:
        return 8;
    }
}

tcflag_t parity_flags(Parity parity)
{
    switch (parity) {
    case Parity::none:
        return 0;
    case Parity::odd:
        return PARENB | PARODD;
    case Parity::even:
        return PARENB;
    case Parity::mark:
        return PARENB | CMSPAR | PARODD;
    case Parity::space:
        return PARENB | CMSPAR;
    }
    return 0;
}

Parity parity(tcflag_t flags)
{
    const bool odd = (flags & PARODD) != 0;
    if ((flags & PARENB) == 0) return Parity::none;
    if ((flags & CMSPAR) != 0) return odd ? Parity::mark : Parity::space;
    return odd ? Parity::odd : Parity::even;
}

/// Raw in every respect: nothing is translated, echoed, or a signal. A break reads as NUL,
/// and a byte with a wrong parity bit as itself.
void fill(termios2& termios, const Settings& settings)
{
    termios.c_iflag = settings.flow == FlowControl::xon_xoff ? IXON | IXOFF : 0;
    termios.c_oflag = 0;
    termios.c_lflag = 0;
    termios.c_cflag = CREAD | CLOCAL | BOTHER | (BOTHER << IBSHIFT) |
                      size_flags(settings.data_bits) | parity_flags(settings.parity);
    if (settings.stop_bits != StopBits::one) termios.c_cflag |= CSTOPB;
    if (settings.flow == FlowControl::hardware) termios.c_cflag |= CRTSCTS;
    termios.c_ispeed = settings.baud;
    termios.c_ospeed = settings.baud;
    termios.c_cc[VMIN] = 1;
    termios.c_cc[VTIME] = 0;
    termios.c_cc[VSTART] = xon;
    termios.c_cc[VSTOP] = xoff;
}

Settings in_effect(const termios2& termios, const Settings& asked)
{
    Settings result;
    result.baud = termios.c_ospeed;
    result.data_bits = data_bits(termios.c_cflag);
    result.parity = parity(termios.c_cflag);
    if ((termios.c_cflag & CSTOPB) != 0)
        result.stop_bits =
            asked.stop_bits == StopBits::one_and_half ? StopBits::one_and_half : StopBits::two;
    if ((termios.c_cflag & CRTSCTS) != 0)
        result.flow = FlowControl::hardware;
    else if ((termios.c_iflag & IXON) != 0)
        result.flow = FlowControl::xon_xoff;
    return result;
}

std::error_code last_error()
{
    return {errno, std::generic_category()};
}

} // namespace

InEffect apply(int descriptor, const Settings& settings)
{
    if (!is_valid(settings)) return {{}, std::make_error_code(std::errc::invalid_argument)};
    termios2 termios = {};
    if (::ioctl(descriptor, TCGETS2, &termios) != 0) return {{}, last_error()};
    fill(termios, settings);
    const bool refused = ::ioctl(descriptor, TCSETS2, &termios) != 0;
    const std::error_code refusal = refused ? last_error() : std::error_code{};
    if (::ioctl(descriptor, TCGETS2, &termios) != 0) return {{}, last_error()};
    return {in_effect(termios, settings), refusal};
}

bool refuses(const Settings& asked, const Settings& in_effect)
{
    const std::uint64_t difference =
        asked.baud > in_effect.baud ? asked.baud - in_effect.baud : in_effect.baud - asked.baud;
    if (difference * 20 > asked.baud) return true;
    Settings same_rate = in_effect;
    same_rate.baud = asked.baud;
    return same_rate != asked;
}

} // namespace serial::line_discipline
