#pragma once

#include <optional>
#include <string>
#include <string_view>

/// RFC 4648 §4.
namespace portald {

std::string to_base64(std::string_view bytes);

/// Nothing when it is none: foreign characters, white space, a wrong length, padding within.
std::optional<std::string> from_base64(std::string_view text);

} // namespace portald
