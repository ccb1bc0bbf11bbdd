#pragma once

#include <cstddef>
#include <string_view>

namespace contract {

/// Whole characters of UTF-8 from the beginning of a text, as many as fit.
inline std::string_view first_characters(std::string_view text, std::size_t most_bytes)
{
    if (text.size() <= most_bytes) return text;
    while (most_bytes > 0 && (static_cast<unsigned char>(text[most_bytes]) & 0xc0U) == 0x80U)
        --most_bytes;
    return text.substr(0, most_bytes);
}

} // namespace contract
