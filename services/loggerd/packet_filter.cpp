#include "loggerd/packet_filter.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "loggerd/line_assembler.hpp"

namespace loggerd {
namespace {

constexpr std::uint8_t frame_end = 0xc0;
constexpr std::uint8_t frame_escape = 0xdb;
constexpr std::uint8_t escaped_end = 0xdc;
constexpr std::uint8_t escaped_escape = 0xdd;

// direction, command, length (16 bits, little endian), checksum or value (32 bits)
constexpr std::size_t header_bytes = 8;

bool is_command(std::uint8_t byte)
{
    constexpr std::array<std::uint8_t, 23> commands{0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09,
                                                    0x0a, 0x0b, 0x0d, 0x0e, 0x0f, 0x10, 0x11, 0x12,
                                                    0x13, 0x14, 0xd0, 0xd1, 0xd2, 0xd3, 0xd4};
    return std::ranges::find(commands, byte) != commands.end();
}

} // namespace

void PacketFilter::feed(contract::Time time, std::string_view bytes, const OnText& on_text,
                        const OnPacket& on_packet)
{
    // A packet comes in one go; what stops in the middle is something else.
    if (!held_.bytes.empty() && time - held_.reads.back().time >= LineAssembler::idle)
        release(on_text);
    while (!bytes.empty()) {
        if (held_.bytes.empty()) {
            const auto start = std::min(bytes.find(static_cast<char>(frame_end)), bytes.size());
            if (start != 0) on_text(time, bytes.substr(0, start));
            if (start == bytes.size()) return;
            hold(time, bytes[start]);
            bytes.remove_prefix(start + 1);
            continue;
        }
        const auto byte = static_cast<std::uint8_t>(bytes.front());
        const auto verdict = judge(byte);
        if (verdict == Verdict::text && byte == frame_end) {
            release(on_text); // and this byte may begin the next frame
            continue;
        }
        hold(time, bytes.front());
        bytes.remove_prefix(1);
        if (verdict == Verdict::text) release(on_text);
        if (verdict == Verdict::packet) {
            on_packet(held_);
            held_ = {};
            decoded_ = 0;
        }
    }
}

void PacketFilter::release(const OnText& on_text)
{
    const auto held = std::exchange(held_, {});
    decoded_ = 0;
    escaped_ = false;
    for (std::size_t i = 0; i < held.reads.size(); ++i) {
        const auto from = held.reads[i].offset;
        const auto to = i + 1 < held.reads.size() ? held.reads[i + 1].offset : held.bytes.size();
        on_text(held.reads[i].time, std::string_view{held.bytes}.substr(from, to - from));
    }
}

void PacketFilter::restore(const HeldBytes& held)
{
    held_ = {};
    decoded_ = 0;
    escaped_ = false;
    for (std::size_t i = 0, read = 0; i < held.bytes.size(); ++i) {
        while (read + 1 < held.reads.size() && held.reads[read + 1].offset <= i) ++read;
        const auto time = read < held.reads.size() ? held.reads[read].time : contract::Time{};
        if (i != 0) judge(static_cast<std::uint8_t>(held.bytes[i]));
        hold(time, held.bytes[i]);
    }
}

void PacketFilter::hold(contract::Time time, char byte)
{
    if (held_.reads.empty() || held_.reads.back().time != time)
        held_.reads.push_back({held_.bytes.size(), time});
    held_.bytes += byte;
}

PacketFilter::Verdict PacketFilter::judge(std::uint8_t byte)
{
    if (byte == frame_end) {
        const bool whole = decoded_ >= header_bytes && decoded_ == header_bytes + length_;
        return whole && !escaped_ ? Verdict::packet : Verdict::text;
    }
    if (escaped_) {
        escaped_ = false;
        if (byte == escaped_end) return judge_decoded(frame_end);
        if (byte == escaped_escape) return judge_decoded(frame_escape);
        return Verdict::text;
    }
    if (byte == frame_escape) {
        escaped_ = true;
        return Verdict::undecided;
    }
    return judge_decoded(byte);
}

PacketFilter::Verdict PacketFilter::judge_decoded(std::uint8_t byte)
{
    const auto at = decoded_++;
    bool fits = true;
    if (at == 0) fits = byte == static_cast<std::uint8_t>(side_);
    if (at == 1) fits = is_command(byte);
    if (at == 2) length_ = byte;
    if (at == 3) fits = (length_ |= std::size_t{byte} << 8) <= longest_data;
    if (at >= header_bytes) fits = at < header_bytes + length_;
    return fits ? Verdict::undecided : Verdict::text;
}

} // namespace loggerd
