#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "contract/envelope.hpp"
#include "loggerd/board_watch.hpp"
#include "loggerd/slot_lines.hpp"

namespace loggerd {

/// How far loggerd has read in a slot's history.
struct Cursor {
    contract::Stamp stamp;    ///< the last serial event that was taken
    std::uint64_t rx_pos = 0; ///< bytes taken of each direction in this epoch
    std::uint64_t tx_pos = 0;
    contract::Time time{}; ///< of the last event
    bool operator==(const Cursor&) const = default;
};

/// What loggerd counts per slot, for good.
struct Counters {
    std::uint64_t lines = 0; ///< of the board and to the board, not INFO
    std::uint64_t lost_bytes = 0;
    std::uint64_t boots = 0;
    std::uint64_t crashes = 0;
    bool operator==(const Counters&) const = default;
};

/// One slot at one instant, as one record: the files, at the sizes named here, contain exactly
/// what came up to the cursor, save what is unwritten. So after a kill the files are cut to these
/// sizes and history is read again from the cursor; nothing is lost, nothing is there twice.
struct Checkpoint {
    Cursor cursor;
    Unwritten unwritten;
    Counters counters;
    BoardWatch::State board;                    ///< after the last line that is in the files
    std::string name;                           ///< of the board, as in BoardNames; "" unknown
    std::map<std::string, std::uint64_t> files; ///< that may have been written to since: size
    bool operator==(const Checkpoint&) const = default;
};

std::string format_checkpoint(const Checkpoint& checkpoint);

/// @param where  named in errors
/// @throws contract::BadMessage
Checkpoint parse_checkpoint(std::string_view text, const std::string& where);

} // namespace loggerd
