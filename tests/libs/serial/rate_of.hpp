#pragma once

#include <cstdint>
#include <string>

namespace test {

/// The rate of a tty as another process would see it. A file of its own, because
/// <asm/termbits.h> and <termios.h> clash.
std::uint32_t rate_of(const std::string& devnode);

} // namespace test
