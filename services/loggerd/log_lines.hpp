#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "loggerd/log_place.hpp"
#include "loggerd/log_text.hpp"

namespace loggerd {

/// How long a job may go on; each does at least one step, so that it gets on.
class Budget {
public:
    explicit Budget(std::chrono::milliseconds time)
        : until_(std::chrono::steady_clock::now() + time)
    {
    }
    bool is_spent() const { return std::chrono::steady_clock::now() >= until_; }

private:
    std::chrono::steady_clock::time_point until_;
};

/// What happens to a last line without its end: of a file that is still written, the rest comes.
enum class LastLine : std::uint8_t { waits, counts };

struct LinesRead {
    std::string text;       ///< whole lines
    std::uint64_t at = 0;   ///< of the first of them
    std::uint64_t next = 0; ///< place behind what was looked at
    bool at_end = false;    ///< there is no more
};

/// Lines from a place on, those of a time if one is asked for: at most `most` bytes (but one line
/// always comes, of at most most_log_bytes).
LinesRead read_lines(LogText& text, std::uint64_t at, const TimeRange& range, LastLine last,
                     std::size_t most, const Budget& budget);

/// Where the last lines of a text begin.
struct TailFound {
    std::uint64_t at = 0;
    std::uint32_t lines = 0; ///< that begin there, at most as many as asked for
    bool is_enough = false;  ///< so many, or as many bytes as one may look at
};
TailFound find_tail(LogText& text, std::uint32_t lines, LastLine last, std::uint64_t& bytes_left);

/// Of a text's first line, and of its last: "2026-02-03 19:32:00.154", "" when there is none near.
std::string first_time(LogText& text);
std::string last_time(LogText& text);

} // namespace loggerd
