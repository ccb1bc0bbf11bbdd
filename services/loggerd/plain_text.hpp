#pragma once

#include <string>
#include <string_view>

namespace loggerd {

/// A line's text without the colours that loggers print and without a CR at its end, so that
/// one pattern finds "E (12) app: x" with and without them. Of the encoded text: "\x1b[0;31m".
std::string plain_text(std::string_view encoded);

} // namespace loggerd
