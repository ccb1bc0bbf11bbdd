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

void fill(termios2& termios, const Settings& settings, bool counts_if_asked)
{
    const Flags flags = flags_of(settings, counts_if_asked);
    termios.c_iflag = flags.input;
    termios.c_oflag = 0;
    termios.c_lflag = 0;
    termios.c_cflag = flags.control | BOTHER | (BOTHER << IBSHIFT);
    termios.c_ispeed = settings.baud;
    termios.c_ospeed = settings.baud;
    termios.c_cc[VMIN] = 1;
    termios.c_cc[VTIME] = 0;
    termios.c_cc[VSTART] = xon;
    termios.c_cc[VSTOP] = xoff;
}

Settings in_effect(const termios2& termios, const Settings& asked)
{
    Settings result = settings_of({termios.c_iflag, termios.c_cflag}, asked);
    result.baud = termios.c_ospeed;
    return result;
}

std::error_code last_error()
{
    return {errno, std::generic_category()};
}

} // namespace

Flags flags_of(const Settings& settings, bool counts_if_asked)
{
    Flags flags;
    flags.control = CREAD | CLOCAL | size_flags(settings.data_bits) | parity_flags(settings.parity);
    if (settings.stop_bits != StopBits::one) flags.control |= CSTOPB;
    if (settings.flow == FlowControl::hardware) flags.control |= CRTSCTS;
    if (settings.flow == FlowControl::xon_xoff)
        flags.input = IXON | IXOFF;
    else if (counts_if_asked && settings.parity != Parity::none)
        flags.input = INPCK | IGNPAR;
    return flags;
}

Settings settings_of(const Flags& flags, const Settings& asked)
{
    Settings result;
    result.baud = asked.baud;
    result.data_bits = data_bits(flags.control);
    result.parity = parity(flags.control);
    if ((flags.control & CSTOPB) != 0)
        result.stop_bits =
            asked.stop_bits == StopBits::one_and_half ? StopBits::one_and_half : StopBits::two;
    if ((flags.control & CRTSCTS) != 0)
        result.flow = FlowControl::hardware;
    else if ((flags.input & IXON) != 0)
        result.flow = FlowControl::xon_xoff;
    return result;
}

InEffect apply(int descriptor, const Settings& settings, bool counts_if_asked)
{
    if (!is_valid(settings)) return {{}, std::make_error_code(std::errc::invalid_argument)};
    termios2 termios = {};
    if (::ioctl(descriptor, TCGETS2, &termios) != 0) return {{}, last_error()};
    fill(termios, settings, counts_if_asked);
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
