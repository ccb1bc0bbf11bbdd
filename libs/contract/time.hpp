#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace contract {

/// Wall-clock time, UTC, in microseconds since 1970.
using Time = std::chrono::sys_time<std::chrono::microseconds>;

/// CLOCK_MONOTONIC in microseconds: comparable between daemons of one boot.
using Monotonic = std::chrono::microseconds;

Time wall_now();
Monotonic monotonic_now();

/// ISO 8601, always with six digits: "2026-11-22T09:00:00.123456Z".
std::string format_time(Time time);

/// The inverse; also takes fewer or no fraction digits. Nothing for anything else.
std::optional<Time> parse_time(std::string_view text);

} // namespace contract
