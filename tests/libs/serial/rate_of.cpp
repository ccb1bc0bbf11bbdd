#include "libs/serial/rate_of.hpp"

#include <asm/termbits.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace test {

std::uint32_t rate_of(const std::string& devnode)
{
    termios2 termios = {};
    const int tty = ::open(devnode.c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK);
    ::ioctl(tty, TCGETS2, &termios);
    ::close(tty);
    return termios.c_ospeed;
}

} // namespace test
