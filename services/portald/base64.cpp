#include "portald/base64.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace portald {

namespace {

constexpr std::string_view digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::uint32_t byte_at(std::string_view bytes, std::size_t at)
{
    return at < bytes.size() ? static_cast<unsigned char>(bytes[at]) : 0;
}

} // namespace

std::string to_base64(std::string_view bytes)
{
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        const auto three =
            byte_at(bytes, at) << 16U | byte_at(bytes, at + 1) << 8U | byte_at(bytes, at + 2);
        for (unsigned shift = 24; shift > 0;) {
            shift -= 6;
            text += digits[three >> shift & 63U];
        }
    }
    for (std::size_t pad = (3 - bytes.size() % 3) % 3; pad > 0; --pad)
        text[text.size() - pad] = '=';
    return text;
}

std::optional<std::string> from_base64(std::string_view text)
{
    if (text.size() % 4 != 0) return std::nullopt;
    const std::size_t pads =
        text.ends_with("==") ? 2 : static_cast<std::size_t>(text.ends_with("="));
    std::string bytes;
    bytes.reserve(text.size() / 4 * 3);
    std::uint32_t bits = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const auto digit = at < text.size() - pads ? digits.find(text[at]) : 0;
        if (digit == std::string_view::npos) return std::nullopt;
        bits = bits << 6U | static_cast<std::uint32_t>(digit);
        if (at % 4 != 3) continue;
        for (const unsigned shift : {16U, 8U, 0U}) bytes += static_cast<char>(bits >> shift & 255U);
    }
    bytes.resize(bytes.size() - pads);
    return bytes;
}

} // namespace portald
