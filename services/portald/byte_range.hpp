#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace portald {

/// [begin, end) of a text; begin == end: it cannot be had.
struct ByteRange {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
    bool operator==(const ByteRange&) const = default;
};

/// A Range header (RFC 9110, 14.2) on a text of so many bytes. Nothing for one that is to be
/// ignored: malformed, of another unit, or of several ranges.
std::optional<ByteRange> parse_byte_range(std::string_view header, std::uint64_t size);

} // namespace portald
