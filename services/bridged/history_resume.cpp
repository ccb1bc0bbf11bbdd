// History's first step: is what lies in the memory a history? It may be anything.

#include <algorithm>

#include "bridged/history.hpp"

namespace bridged {

using layout::ReadHead;
using layout::RecordHead;

namespace {

bool is_epoch(const std::array<char, 16>& text)
{
    return std::ranges::all_of(
        text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

/// Far from where sums of offsets could wrap.
constexpr std::uint64_t max_offset = std::uint64_t{1} << 62;

} // namespace

bool History::resume()
{
    if (control_.magic != layout::magic || control_.version != layout::version ||
        control_.capacity != ring_.capacity() || control_.checksum != layout::checksum(control_) ||
        !is_epoch(control_.epoch))
        return false;
    const auto [oldest, last, end] = std::tuple{control_.oldest, control_.last, control_.end};
    if (end > max_offset || oldest > last || last > end || end - oldest > ring_.capacity())
        return false;
    if (end == 0) return true; // a history in which nothing has happened yet
    if (oldest == end || !walk()) return false;
    open_ = true;
    close();
    layout::commit(control_.last, newest_start_);
    return true;
}

/// Follows the records from the oldest to the end, where the last of them has to lead.
bool History::walk()
{
    std::uint64_t before = 0;
    for (std::uint64_t at = control_.oldest; at < control_.end;) {
        if (control_.end - at < sizeof(RecordHead)) return false;
        auto head = ring_.get_struct<RecordHead>(at);
        if (at == control_.last) // it was open: it ends where the writer got to
            head.size = static_cast<std::uint32_t>(control_.end - at - sizeof(RecordHead));
        if (!sound(at, head)) return false;
        const bool first = at == control_.oldest;
        if (!first && (head.seq != newest_.seq + 1 || head.previous != at - before ||
                       Positions{head.rx_pos, head.tx_pos} != total_))
            return false;
        newest_ = head;
        newest_start_ = before = at;
        total_ = {head.rx_pos, head.tx_pos};
        at += sizeof(RecordHead);
        for (const std::uint64_t end = at + head.size; at < end;) {
            const auto read = ring_.get_struct<ReadHead>(at);
            count(read.length);
            at += sizeof(ReadHead) + read.length;
        }
    }
    return control_.last == control_.end || control_.last == newest_start_;
}

/// Whether the record has its bounds and its reads fill it exactly.
bool History::sound(std::uint64_t start, const RecordHead& head) const
{
    if (head.mark != layout::record_mark || head.kind < static_cast<std::uint32_t>(Kind::rx) ||
        head.kind > static_cast<std::uint32_t>(Kind::info) || head.seq == 0 ||
        head.seq > max_offset || head.rx_pos > max_offset || head.tx_pos > max_offset ||
        head.wall_us < 0 || head.wall_us > layout::max_wall_us || head.mono_us < 0 ||
        head.size > layout::max_record || head.size > control_.end - start - sizeof(RecordHead))
        return false;
    std::uint64_t at = start + sizeof(RecordHead);
    const std::uint64_t end = at + head.size;
    std::size_t reads = 0, bytes = 0;
    while (at < end) {
        if (end - at < sizeof(ReadHead)) return false;
        const auto read = ring_.get_struct<ReadHead>(at);
        if (read.length == 0 || read.length > end - at - sizeof(ReadHead)) return false;
        at += sizeof(ReadHead) + read.length;
        bytes += read.length;
        ++reads;
    }
    return reads >= 1 && reads <= max_reads && bytes <= max_body;
}

} // namespace bridged
