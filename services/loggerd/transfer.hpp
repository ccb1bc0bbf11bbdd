#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "contract/time.hpp"

namespace loggerd {

/// A binary transfer (flashing), counted while it lasts.
struct Transfer {
    contract::Time first{};     ///< of its first byte
    contract::Time last{};      ///< of its last byte
    std::uint64_t to_board = 0; ///< bytes as sent, framing included: the log has none of these
    std::uint64_t from_board = 0;
    bool operator==(const Transfer&) const = default;
};

/// "Binary transfer: 16452 bytes to the board, 812 bytes from it, in 1.9 s (9.1 kB/s at 460800
/// baud)". Together with the log's lines the two counts make up every byte that passed.
std::string describe(const Transfer& transfer, std::uint32_t baud);

/// The N of an info text "Baudrate changed to N" or "Opened DEV at N baud".
std::optional<std::uint32_t> baud_in(const std::string& info);

} // namespace loggerd
