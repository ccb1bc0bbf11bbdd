#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>

/// What bridged offers of a serial line beside the verbs of verbs.hpp (docs/bus.md).
namespace contract {

namespace verbs {
/// SlotRef, `ms`, `owner`, `force`; answered with the Slot when the break has ended.
inline constexpr std::string_view serial_break = "serial.break";
} // namespace verbs

constexpr std::chrono::milliseconds shortest_break{10};
constexpr std::chrono::milliseconds longest_break{2000};
constexpr std::chrono::milliseconds usual_break{250};

/// serial.replay may say, instead of a place, how many of the last bytes are wanted.
constexpr std::string_view replay_tail = "tail_bytes";
constexpr std::uint32_t most_replay_tail = 262144;

} // namespace contract
