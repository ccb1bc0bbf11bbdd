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
    std::uint8_t length = 0; ///< 0: no lead byte
    std::uint8_t least = 0x80;
    std::uint8_t most = 0xbf;
};

constexpr Sequence demanded_by(unsigned lead)
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

constexpr auto sequences = [] {
    std::array<Sequence, 256> all{};
    for (unsigned lead = 0; lead < all.size(); ++lead) all[lead] = demanded_by(lead);
    return all;
}();

/// Whether what is there begins as its lead byte demands.
bool begins_well(std::string_view bytes, const Sequence& sequence)
{
    const auto size = std::min<std::size_t>(bytes.size(), sequence.length);
    if (size < 2) return true;
    const auto second = byte_at(bytes, 1);
    if (second < sequence.least || second > sequence.most) return false;
    for (std::size_t i = 2; i < size; ++i)
        if ((byte_at(bytes, i) & 0xc0) != 0x80) return false;
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

/// Whether one of eight bytes is no plain text; true for some that are, when others are not.
bool any_is_special(std::uint64_t eight)
{
    constexpr std::uint64_t each = 0x0101010101010101;
    const auto has_zero = [](std::uint64_t bytes) { return (bytes - each) & ~bytes; };
    const auto control = eight - each * 0x20;
    const auto other = has_zero(eight ^ each * '\\') | has_zero(eight ^ each * 0x7f);
    return ((eight | control | other) & each * 0x80) != 0;
}

/// Length of what needs no look, in steps of eight: nearly all of nearly every line.
std::size_t plain_run(std::string_view bytes)
{
    std::size_t run = 0;
    for (std::uint64_t eight = 0; run + sizeof eight <= bytes.size(); run += sizeof eight) {
        std::memcpy(&eight, bytes.data() + run, sizeof eight);
        if (any_is_special(eight)) break;
    }
    return run;
}

/// What a byte's text depends on, and what of it a byte says to the one in front of it.
enum Follow : std::uint8_t { no_matter = 0, continuation = 1, letter_x = 2 };

/// How a byte is written, as it is or as \xhh, unless what it asks for follows.
struct alignas(8) Written {
    std::array<char, 4> text{};
    std::uint8_t length = 0;
    std::uint8_t asks = no_matter;
    std::uint8_t says = no_matter; ///< to the byte in front of it
};

constexpr Written escaped(std::uint8_t value)
{
    constexpr std::string_view digits = "0123456789abcdef";
    return {{'\\', 'x', digits[value >> 4], digits[value & 0xf]}, 4};
}

constexpr std::uint8_t said_by(unsigned byte)
{
    return byte == 'x' ? letter_x : byte >= 0x80 && byte < 0xc0 ? continuation : no_matter;
}

constexpr auto written_alone = [] {
    std::array<Written, 256> all{};
    for (unsigned value = 0; value < all.size(); ++value) {
        const auto byte = static_cast<std::uint8_t>(value);
        const bool is_shown = value >= 0x20 && value < 0x7f;
        all[value] = is_shown ? Written{{static_cast<char>(byte)}, 1} : escaped(byte);
        all[value].asks = value == '\\'                   ? letter_x
                          : demanded_by(value).length > 1 ? continuation
                                                          : no_matter;
        all[value].says = said_by(value);
    }
    return all;
}();

/// A byte that is not text would cost a call and a branch that nobody foresees; so each is written
/// as if it had four characters. Returns the end of what counts.
char* put(char* to, const Written& written)
{
    std::memcpy(to, written.text.data(), written.text.size());
    return to + written.length;
}

/// Writes a byte after which comes what it asks for, and what of that belongs to it; returns how
/// many bytes that was.
std::size_t encode_followed(char*& to, std::string_view bytes)
{
    const auto length = bytes.front() == '\\' ? 0 : utf8_length(bytes, 0);
    const auto character = bytes.substr(0, std::max<std::size_t>(length, 1));
    if (length != 0 && !steers(character))
        to = std::ranges::copy(character, to).out;
    else
        for (const char part : character) to = put(to, escaped(static_cast<std::uint8_t>(part)));
    return character.size();
}

/// Writes some of what is not all plain, and returns how many bytes that was.
std::size_t encode_some(std::string& text, std::string_view bytes)
{
    constexpr std::size_t longest = 16; // one character of four bytes, all escaped
    std::array<char, 512> room;         // NOLINT(*-member-init): only what was written is read
    char* const last = room.data() + room.size() - longest;
    char* to = room.data();
    std::size_t at = 0;
    const auto last_byte = bytes.size() - 1;
    const auto* written = &written_alone[byte_at(bytes, 0)];
    while (at < last_byte && to <= last) {
        const auto& next = written_alone[byte_at(bytes, at + 1)];
        if ((written->asks & next.says) != 0) {
            char* end = to; // a pointer that was handed out would not stay in a register
            at += encode_followed(end, bytes.substr(at));
            to = end;
            if (at == bytes.size()) break;
            written = &written_alone[byte_at(bytes, at)];
        } else {
            to = put(to, *written);
            written = &next;
            ++at;
        }
    }
    if (at == last_byte && to <= last) {
        // At the end a backslash would say that the line is cut.
        to = put(to, bytes.back() == '\\' ? escaped('\\') : *written);
        ++at;
    }
    text.append(room.data(), to);
    return at;
}

} // namespace

std::size_t utf8_length(std::string_view bytes, std::size_t at)
{
    const auto& sequence = sequences[byte_at(bytes, at)];
    const auto rest = bytes.substr(at, sequence.length);
    return rest.size() == sequence.length && begins_well(rest, sequence) ? sequence.length : 0;
}

std::size_t unfinished_utf8(std::string_view bytes)
{
    for (std::size_t back = 1; back <= std::min<std::size_t>(3, bytes.size()); ++back) {
        const auto tail = bytes.substr(bytes.size() - back);
        const auto& sequence = sequences[byte_at(tail, 0)];
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
        if (bytes.empty()) break;
        // Once, and not by doubling: what is no text here is mostly none further on.
        if (const auto room = 3 * bytes.size(); text.capacity() - text.size() < room)
            text.reserve(text.size() + room);
        bytes.remove_prefix(encode_some(text, bytes));
    }
    if (ending == Ending::cut) text += '\\';
    return text;
}

} // namespace loggerd
