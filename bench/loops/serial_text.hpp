#pragma once

#include <cstddef>
#include <string>

namespace bench {

/// What a board says: log lines of 40 to 100 characters that end in CR LF, no two alike for long.
std::string text(std::size_t size);
/// What no compiler can foresee: all 256 values, and so an IAC every 256 bytes.
std::string noise(std::size_t size);

} // namespace bench
