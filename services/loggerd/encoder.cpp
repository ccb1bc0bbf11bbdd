#include "loggerd/encoder.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

namespace loggerd {
namespace {

std::uint8_t byte_at(std::string_view bytes, std::size_t at)
{
    return static_cast<std::uint8_t>(bytes[at]);
}

/// What a lead byte demands: how many bytes, and the range of the second (RFC 3629 §4).
struct Sequence {
    std::size_t length = 0; ///< 0: no lead byte
    std::uint8_t least = 0x80;
    std::uint8_t most = 0xbf;
};

Sequence sequence_of(std::uint8_t lead)
{
    if (lead < 0x80) return {1};
    if (lead < 0xc2 || lead > 0xf4) return {};
    if (lead < 0xe0) return {2};
    if (lead == 0xe0) return {3, 0xa0};
    if (lead == 0xed) return {3, 0x80, 0x9f};
    if (lead < 0xf0) return {3};
    if (lead == 0xf0) return {4, 0x90};
    if (lead == 0xf4) return {4, 0x80, 0x8f};
    return {4};
}

/// Whether what is there begins as its lead byte demands.
bool begins_well(std::string_view bytes, const Sequence& sequence)
{
    for (std::size_t i = 1; i < std::min(bytes.size(), sequence.length); ++i) {
        const auto byte = byte_at(bytes, i);
        const bool fits =
            i == 1 ? byte >= sequence.least && byte <= sequence.most : byte >= 0x80 && byte <= 0xbf;
        if (!fits) return false;
    }
    return true;
}

/// Valid characters that a terminal or a viewer obeys instead of showing them.
bool steers(std::string_view character)
{
    if (character.size() == 2) return character[0] == '\xc2' && byte_at(character, 1) < 0xa0; // C1
    if (character.size() != 3 || character[0] != '\xe2') return false;
    const auto last = byte_at(character, 2);
    if (character[1] == '\x80') return last >= 0xa8 && last <= 0xae; // U+2028 … U+202E
    return character[1] == '\x81' && last >= 0xa6 && last <= 0xa9;   // U+2066 … U+2069
}

void escape(std::string& text, char byte)
{
    constexpr std::string_view digits = "0123456789abcdef";
    const auto value = static_cast<std::uint8_t>(byte);
    const std::array<char, 4> escaped{'\\', 'x', digits[value >> 4], digits[value & 0xf]};
    text.append(escaped.data(), escaped.size());
}

bool is_control(char byte)
{
    return static_cast<std::uint8_t>(byte) < 0x20 || byte == 0x7f;
}

bool is_special(char byte)
{
    return byte == '\\' || is_control(byte) || static_cast<std::uint8_t>(byte) >= 0x80;
}

/// The same of eight bytes at once; true for some that are not, when others are.
bool any_is_special(std::uint64_t eight)
{
    constexpr std::uint64_t each = 0x0101010101010101;
    const auto has_zero = [](std::uint64_t bytes) { return (bytes - each) & ~bytes; };
    const auto control = eight - each * 0x20;
    const auto other = has_zero(eight ^ each * '\\') | has_zero(eight ^ each * 0x7f);
    return ((eight | control | other) & each * 0x80) != 0;
}

/// Length of what needs no look: nearly all of nearly every line.
std::size_t plain_run(std::string_view bytes)
{
    std::size_t run = 0;
    for (std::uint64_t eight = 0; run + sizeof eight <= bytes.size(); run += sizeof eight) {
        std::memcpy(&eight, bytes.data() + run, sizeof eight);
        if (any_is_special(eight)) break;
    }
    const auto rest = bytes.substr(run);
    return run + static_cast<std::size_t>(std::ranges::find_if(rest, is_special) - rest.begin());
}

/// Writes what `bytes` begins with, and returns how many of them that was.
std::size_t encode_one(std::string& text, std::string_view bytes)
{
    if (bytes.front() == '\\') {
        const bool mistakable = bytes.size() == 1 || bytes[1] == 'x';
        mistakable ? escape(text, '\\') : text.push_back('\\');
        return 1;
    }
    const auto length = is_control(bytes.front()) ? 0 : utf8_length(bytes, 0);
    const auto character = bytes.substr(0, std::max<std::size_t>(length, 1));
    if (length != 0 && !steers(character))
        text += character;
    else
        for (const char part : character) escape(text, part);
    return character.size();
}

} // namespace

std::size_t utf8_length(std::string_view bytes, std::size_t at)
{
    const auto sequence = sequence_of(byte_at(bytes, at));
    const auto rest = bytes.substr(at, sequence.length);
    return rest.size() == sequence.length && begins_well(rest, sequence) ? sequence.length : 0;
}

std::size_t unfinished_utf8(std::string_view bytes)
{
    for (std::size_t back = 1; back <= std::min<std::size_t>(3, bytes.size()); ++back) {
        const auto tail = bytes.substr(bytes.size() - back);
        const auto sequence = sequence_of(byte_at(tail, 0));
        if (sequence.length > back && begins_well(tail, sequence)) return back;
        if (sequence.length != 0) return 0;
    }
    return 0;
}

std::string encode(std::string_view bytes, Ending ending)
{
    std::string text;
    text.reserve(bytes.size() + 8);
    while (!bytes.empty()) {
        const auto plain = plain_run(bytes);
        text += bytes.substr(0, plain);
        bytes.remove_prefix(plain);
        if (!bytes.empty()) bytes.remove_prefix(encode_one(text, bytes));
    }
    if (ending == Ending::cut) text += '\\';
    return text;
}

} // namespace loggerd
