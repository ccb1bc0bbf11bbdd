#include "daemonkit/escape.hpp"

#include <cstddef>
#include <cstdint>

namespace daemonkit {

namespace {

bool is_continuation(char byte)
{
    return (static_cast<std::uint8_t>(byte) & 0xC0) == 0x80;
}

/// How many bytes an allowed character takes at the start of `text`; 0 for one to escape.
/// RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF.
std::size_t printable_length(std::string_view text)
{
    const auto at = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
    const std::uint8_t first = at(0);
    if (first < 0x80) return first >= 0x20 && first != 0x7F ? 1 : 0;
    const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first < 0xC2 || first > 0xF4 || text.size() < length) return 0;
    for (std::size_t i = 1; i < length; ++i)
        if (!is_continuation(text[i])) return 0;
    if (first == 0xC2 && at(1) < 0xA0) return 0; // C1: 0x9B is an 8-bit CSI
    if (first == 0xE0 && at(1) < 0xA0) return 0;
    if (first == 0xED && at(1) > 0x9F) return 0;
    if (first == 0xF0 && at(1) < 0x90) return 0;
    if (first == 0xF4 && at(1) > 0x8F) return 0;
    return length;
}

} // namespace

std::string escape_control_bytes(std::string_view text)
{
    static constexpr std::string_view digits = "0123456789abcdef";
    std::string result;
    result.reserve(text.size());
    while (!text.empty()) {
        const std::size_t length = printable_length(text);
        if (length > 0) {
            result += text.substr(0, length);
        } else {
            const auto byte = static_cast<std::uint8_t>(text.front());
            result += {'\\', 'x', digits[byte >> 4], digits[byte & 15]};
        }
        text.remove_prefix(length > 0 ? length : 1);
    }
    return result;
}

} // namespace daemonkit
