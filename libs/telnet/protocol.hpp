#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace telnet {

using Bytes = std::vector<std::byte>;

inline constexpr std::byte iac{0xFF}; ///< "interpret as command", RFC 854

/// RFC 854, second byte of a command.
enum class Command : std::uint8_t {
    se = 240,
    nop = 241,
    data_mark = 242,
    brk = 243,
    interrupt_process = 244,
    abort_output = 245,
    are_you_there = 246,
    erase_character = 247,
    erase_line = 248,
    go_ahead = 249,
    sb = 250
};

enum class Verb : std::uint8_t { will = 251, wont = 252, do_ = 253, dont = 254 };

namespace option {
inline constexpr std::uint8_t binary = 0;            ///< RFC 856
inline constexpr std::uint8_t echo = 1;              ///< RFC 857
inline constexpr std::uint8_t suppress_go_ahead = 3; ///< RFC 858
inline constexpr std::uint8_t com_port = 44;         ///< RFC 2217
} // namespace option

} // namespace telnet
