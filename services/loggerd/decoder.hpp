#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "loggerd/encoder.hpp"

namespace loggerd {

/// One line of a log file, taken apart.
struct LoggedLine {
    std::string_view time; ///< "2026-02-03 19:32:00.154"
    std::string_view kind; ///< "RX", "TX", "INFO"
    std::string_view text; ///< as encoded, without the mark of a cut
    Ending ending = Ending::newline;
};

/// Nothing for what is no line of a log (a torn one, a person's note).
std::optional<LoggedLine> parse_line(std::string_view line);

/// The bytes that encode() was given.
std::string decode(std::string_view text);

/// What one direction of a log file's text says was sent, CR LF taken as LF.
/// @param kind  "RX" or "TX"
std::string decode_log(std::string_view log, std::string_view kind);

} // namespace loggerd
