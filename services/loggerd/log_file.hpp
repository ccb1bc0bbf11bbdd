#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace loggerd {

/// The name of a file in the log folder, taken apart: "<board>_<date>.log" is a day's first,
/// "<board>_<date>.2.log" goes on where that one was full; ".zst" behind it when it is compressed.
struct LogFile {
    std::string board; ///< as in BoardNames
    std::string date;  ///< "2026-02-03"
    unsigned part = 1;
    bool compressed = false;

    std::string name() const;
    bool operator==(const LogFile&) const = default;
};

constexpr unsigned most_parts = 999'999; ///< of a day

/// Nothing for what loggerd would not have called a file: such a file is not ours to touch.
std::optional<LogFile> parse_log_file(std::string_view name);

/// From the oldest to the newest text of a board.
struct ByAge {
    bool operator()(const LogFile& a, const LogFile& b) const;
};

constexpr std::string_view compressed_suffix = ".zst";
/// A compressed file while it is written; nobody's if loggerd does not run.
constexpr std::string_view unfinished_suffix = ".zst.new";

} // namespace loggerd
