#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace loggerd {

/// A line's text without the colours that loggers print and without a CR at its end, so that
/// one pattern finds "E (12) app: x" with and without them. Of the encoded text: "\x1b[0;31m".
/// @param room  where it is made when it is not the encoded text itself
std::string_view plain_text(std::string_view encoded, std::string& room);

/// What happens in the files to colours: SGR sequences, ESC [ digits ; : m (ECMA-48 8.3.117).
enum class Ansi : std::uint8_t {
    escape,
    keep, ///< as the board sent them, for a terminal to obey; it decodes to the same bytes
};

/// The encoded text with its colours as the board sent them, and nothing else of it changed.
std::string coloured_text(std::string_view encoded);

} // namespace loggerd
