#include "bridged/history.hpp"

#include <algorithm>
#include <cassert>
#include <stdexcept>

namespace bridged {

using layout::ReadHead;
using layout::RecordHead;

namespace {

layout::Control& control_of(std::span<std::byte> memory)
{
    if (memory.size() < History::least_memory)
        throw std::invalid_argument("history: less than " + std::to_string(History::least_memory) +
                                    " bytes");
    return *reinterpret_cast<layout::Control*>(memory.data());
}

} // namespace

History::History(std::span<std::byte> memory, std::string_view new_epoch)
    : control_(control_of(memory)), ring_(memory.subspan(sizeof(layout::Control)))
{
    if (!resume()) begin_anew(new_epoch);
}

void History::begin_anew(std::string_view epoch)
{
    // Without its magic the file is damaged, which is what it has to be until all is in place.
    control_ = {};
    layout::commit(control_.end, 0);
    control_.version = layout::version;
    control_.capacity = ring_.capacity();
    std::ranges::copy(epoch.substr(0, control_.epoch.size()), control_.epoch.begin());
    layout::Control complete = control_;
    complete.magic = layout::magic;
    control_.checksum = layout::checksum(complete);
    layout::commit(control_.end, 0);
    control_.magic = layout::magic;

    newest_ = {};
    newest_start_ = 0;
    open_ = false;
    total_ = {};
}

std::string_view History::epoch() const
{
    return {control_.epoch.data(), control_.epoch.size()};
}

std::uint64_t History::first_seq() const
{
    return empty() ? 0 : ring_.get_struct<RecordHead>(control_.oldest).seq;
}

Positions History::kept_from() const
{
    if (empty()) return total_;
    const auto head = ring_.get_struct<RecordHead>(control_.oldest);
    return {head.rx_pos, head.tx_pos};
}

void History::begin(Kind kind, std::span<const std::byte> body, contract::Time time,
                    contract::Monotonic mono)
{
    assert(!body.empty() && body.size() <= max_body);
    close();
    const bool first = empty();
    const std::uint64_t size = sizeof(RecordHead) + sizeof(ReadHead) + body.size();
    make_room(size);

    const std::uint64_t start = control_.end;
    newest_ = {
        .mark = layout::record_mark,
        .kind = static_cast<std::uint32_t>(kind),
        .size = 0,
        .previous = first ? 0 : static_cast<std::uint32_t>(start - newest_start_),
        .seq = newest_.seq + 1,
        .rx_pos = total_.rx,
        .tx_pos = total_.tx,
        .wall_us =
            std::clamp<std::int64_t>(time.time_since_epoch().count(), 0, layout::max_wall_us),
        .mono_us = std::max<std::int64_t>(mono.count(), 0),
    };
    newest_start_ = start;
    ring_.put_struct(start, newest_);
    put_read(start + sizeof(RecordHead), body, 0);
    layout::commit(control_.last, start);
    layout::commit(control_.end, start + size);
    open_ = true;
    count(body.size());
}

void History::extend(std::span<const std::byte> more, std::uint32_t after_us)
{
    assert(open_ && !more.empty() && more.size() <= max_body);
    const std::uint64_t size = sizeof(ReadHead) + more.size();
    make_room(size);
    put_read(control_.end, more, after_us);
    layout::commit(control_.end, control_.end + size);
    count(more.size());
}

void History::close()
{
    if (!open_) return;
    // Of the newest record `end` says the size; from the next begin() on, this does.
    newest_.size = static_cast<std::uint32_t>(size_of(newest_start_, newest_));
    ring_.put_struct(newest_start_, newest_);
    open_ = false;
}

void History::put_read(std::uint64_t offset, std::span<const std::byte> bytes,
                       std::uint32_t after_us)
{
    ring_.put_struct(offset, ReadHead{after_us, static_cast<std::uint32_t>(bytes.size())});
    ring_.put(offset + sizeof(ReadHead), bytes);
}

void History::count(std::size_t bytes)
{
    if (static_cast<Kind>(newest_.kind) == Kind::rx) total_.rx += bytes;
    if (static_cast<Kind>(newest_.kind) == Kind::tx) total_.tx += bytes;
}

/// Gives up the oldest records. The newest is never among them: the ring holds four at least.
void History::make_room(std::uint64_t bytes)
{
    std::uint64_t oldest = control_.oldest;
    while (control_.end + bytes - oldest > ring_.capacity()) oldest = behind(oldest);
    if (oldest != control_.oldest) layout::commit(control_.oldest, oldest);
}

std::uint64_t History::size_of(std::uint64_t start, const RecordHead& head) const
{
    return start == newest_start_ ? control_.end - start - sizeof(RecordHead) : head.size;
}

/// The offset where the record at `start` ends.
std::uint64_t History::behind(std::uint64_t start) const
{
    return start + sizeof(RecordHead) + size_of(start, ring_.get_struct<RecordHead>(start));
}

std::optional<History::Place> History::newest() const
{
    if (empty()) return std::nullopt;
    return Place{newest_start_};
}

std::optional<History::Place> History::after(std::uint64_t seq) const
{
    if (empty() || seq >= newest_.seq) return std::nullopt;
    const std::uint64_t first = first_seq();
    const std::uint64_t wanted = std::max(seq + 1, first);
    std::uint64_t at = control_.oldest;
    if (wanted - first < newest_.seq - wanted) {
        for (auto steps = wanted - first; steps > 0; --steps) at = behind(at);
        return Place{at};
    }
    // Whoever follows the live stream stands near the end.
    at = newest_start_;
    for (auto steps = newest_.seq - wanted; steps > 0; --steps)
        at -= ring_.get_struct<RecordHead>(at).previous;
    return Place{at};
}

std::optional<History::Place> History::following(Place place) const
{
    const auto next = behind(static_cast<std::uint64_t>(place));
    if (next >= control_.end) return std::nullopt;
    return Place{next};
}

void History::read(Place place, Record& record) const
{
    std::uint64_t at = static_cast<std::uint64_t>(place);
    const auto head = ring_.get_struct<RecordHead>(at);
    const std::uint64_t end = at + sizeof(RecordHead) + size_of(at, head);
    record.kind = static_cast<Kind>(head.kind);
    record.seq = head.seq;
    record.before = {head.rx_pos, head.tx_pos};
    record.time = contract::Time{std::chrono::microseconds{head.wall_us}};
    record.mono = contract::Monotonic{head.mono_us};
    record.reads.clear();
    record.body.clear();
    for (at += sizeof(RecordHead); at < end;) {
        const auto read = ring_.get_struct<ReadHead>(at);
        const std::size_t offset = record.body.size();
        record.reads.push_back({static_cast<std::uint32_t>(offset), read.after_us});
        record.body.resize(offset + read.length);
        ring_.get(at + sizeof(ReadHead),
                  std::as_writable_bytes(std::span{record.body}).subspan(offset));
        at += sizeof(ReadHead) + read.length;
    }
}

} // namespace bridged
