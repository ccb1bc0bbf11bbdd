#pragma once

#include <cstdint>
#include <string>

#include "contract/time.hpp"

namespace loggerd {

enum class Kind : std::uint8_t { rx, tx, info }; ///< rx: from the board; tx: to the board

/// A finished line of the log.
struct Line {
    contract::Time time{}; ///< when bridged read its first byte
    Kind kind = Kind::info;
    std::string text;      ///< encoded, without newline
    std::uint64_t seq = 0; ///< of the serial event with its last byte; 0: the line is loggerd's own

    bool operator==(const Line&) const = default;
};

/// "RX", "TX", "INFO"
constexpr const char* to_string(Kind kind)
{
    return kind == Kind::rx ? "RX" : kind == Kind::tx ? "TX" : "INFO";
}

} // namespace loggerd
