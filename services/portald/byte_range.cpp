#include "portald/byte_range.hpp"

#include <algorithm>
#include <charconv>

namespace portald {

namespace {

std::optional<std::uint64_t> number(std::string_view text)
{
    std::uint64_t value = 0;
    const auto end = text.data() + text.size();
    const auto [read, error] = std::from_chars(text.data(), end, value);
    if (text.empty() || error != std::errc{} || read != end) return std::nullopt;
    return value;
}

} // namespace

std::optional<ByteRange> parse_byte_range(std::string_view header, std::uint64_t size)
{
    constexpr std::string_view unit = "bytes=";
    if (!header.starts_with(unit)) return std::nullopt;
    header.remove_prefix(unit.size());
    const auto dash = header.find('-');
    if (dash == std::string_view::npos) return std::nullopt;
    const auto first = number(header.substr(0, dash));
    const auto last = number(header.substr(dash + 1));
    const bool is_suffix = dash == 0;
    if (is_suffix) {
        if (!last) return std::nullopt;
        return ByteRange{size - std::min(*last, size), size};
    }
    const bool is_open = dash + 1 == header.size();
    if (!first || (!last && !is_open) || (last && *last < *first)) return std::nullopt;
    if (*first >= size) return ByteRange{};
    return ByteRange{*first, last && *last < size ? *last + 1 : size};
}

} // namespace portald
