#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace loggerd {

enum class Ending {
    newline, ///< the line was finished by LF or CR LF
    cut,     ///< it was not: a prompt, a split, a hole; the text ends in a lone backslash
};

/// The bytes of one line (without its LF) as text of the log: valid UTF-8 without control
/// characters, whatever a board sends, from which Decoder's functions get the same bytes back.
/// Control bytes and invalid UTF-8 are \xhh; so are characters that steer a terminal or reorder
/// a line though they are valid UTF-8 (C1 controls, U+2028 and U+2029, bidi overrides). A
/// backslash is \x5c where it could be mistaken: before an x and at the end.
std::string encode(std::string_view bytes, Ending ending = Ending::newline);

/// Length of the UTF-8 sequence that begins at `at`, 0 when none does: RFC 3629 §4, so no
/// overlong forms, no surrogates, nothing beyond U+10FFFF.
std::size_t utf8_length(std::string_view bytes, std::size_t at);

/// How many bytes at the end are the beginning of a UTF-8 sequence that is not complete, 0 … 3.
std::size_t unfinished_utf8(std::string_view bytes);

} // namespace loggerd
