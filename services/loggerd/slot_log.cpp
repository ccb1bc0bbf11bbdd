#include "loggerd/slot_log.hpp"

#include <algorithm>
#include <utility>

#include <spdlog/fmt/fmt.h>

#include "contract/names.hpp"

namespace loggerd {
namespace {

/// Where the first of these bodies begins: how much of a new epoch was dropped before we came.
std::uint64_t first_pos(const std::vector<contract::Event>& events, std::string_view kind)
{
    for (const auto& event : events)
        if (contract::topics::kind_of(event.topic) == kind) return event.header.pos.value_or(0);
    return 0;
}

} // namespace

SlotLog::SlotLog(std::string slot, const LogForm& form, Parts parts)
    : slot_(std::move(slot)),
      parts_(parts),
      files_(slot_, parts.disk, form.file_bytes),
      lines_(form.binary),
      ansi_(form.ansi),
      watch_(slot_, parts.rules)
{
    resume();
}

/// False: the record cannot be read for now. Without it all that history has would be written
/// once more.
bool SlotLog::resume()
{
    try {
        record_ = files_.load();
    } catch (const DiskError& error) {
        return refused(error.what());
    } catch (const std::exception& error) {
        parts_.events.fault(slot_, std::string{error.what()} + "; the log begins anew");
        parts_.events.fault_over(slot_);
    }
    resumed_ = true;
    if (!record_) return true;
    cursor_ = record_->cursor;
    counters_ = record_->counters;
    lines_.restore(record_->unwritten);
    watch_.restore(record_->board);
    if (record_->name.empty()) return true;
    holds_name_ = parts_.names.take_again(slot_, record_->name);
    if (holds_name_)
        name_ = record_->name;
    else
        record_->files.clear(); // another slot's by now: not ours to cut back
    return true;
}

/// An answer that was asked for before the record was read is for another cursor.
bool SlotLog::can_go_on()
{
    if (resumed_) return true;
    resume();
    return false;
}

void SlotLog::set_board(const std::optional<contract::Device>& board,
                        const std::optional<std::string>& devnode)
{
    present_ = board.has_value();
    if (board) board_ = board;
    if (devnode) devnode_ = devnode;
}

contract::ReplayArgs SlotLog::request() const
{
    contract::ReplayArgs args;
    args.slot = slot_;
    args.epoch = cursor_.stamp.epoch;
    args.after_seq = cursor_.stamp.seq;
    args.rx_pos = cursor_.rx_pos;
    args.tx_pos = cursor_.tx_pos;
    args.lossless = true;
    return args;
}

bool SlotLog::take(const contract::ReplayAnswer& answer, const std::vector<contract::Event>& events,
                   Now now)
try {
    if (!can_go_on()) return false;
    recover(answer);
    bridge_gap(answer, events, now);
    auto next = draft();
    for (const auto& event : events) apply(event, next);
    next.cursor.stamp.seq = answer.next_after_seq;
    if (!answer.more && present_) settle(next, now.wall);
    write(next, now);
    if (!answer.more && is_over()) let_go();
    return true;
} catch (const DiskError& error) {
    return refused(error.what());
}

bool SlotLog::quiet(std::chrono::milliseconds since_last, Now now)
try {
    if (record_ || !resumed_) return true; // history first
    auto next = draft();
    next.lines.quiet(since_last, next.out());
    write(next, now);
    tell(watch_.quiet(since_last), counters_);
    if (is_over()) let_go();
    return true;
} catch (const DiskError& error) {
    return refused(error.what());
}

/// The first answer says whether history still has all that came after the record. If so, the
/// files go back to it; if not, what is in them beyond it is kept, and what the record has of
/// unfinished lines may be there already.
void SlotLog::recover(const contract::ReplayAnswer& answer)
{
    if (!record_) return;
    const bool covers = answer.epoch == cursor_.stamp.epoch && answer.lost_rx.value_or(1) == 0 &&
                        answer.lost_tx.value_or(1) == 0;
    if (covers) {
        files_.cut_back(*record_);
    } else if (files_.has_tail(*record_)) {
        forgotten_ = lines_.unwritten().bytes();
        lines_.forget();
    }
    record_.reset();
    unsaved_ = true; // one that names no files: a board that stays quiet needs none of them
}

/// What is missing between our place and the answer is said in a transaction of its own, whose
/// record is saved at once. Otherwise a kill after the next one would find the same gap again,
/// not know what of the answer is in the files already, and repeat it.
void SlotLog::bridge_gap(const contract::ReplayAnswer& answer,
                         const std::vector<contract::Event>& events, Now now)
{
    const bool begins_anew = answer.epoch != cursor_.stamp.epoch;
    const auto until = events.empty() ? now.wall : events.front().header.time;
    auto next = draft();
    auto& cursor = next.cursor;
    if (begins_anew) {
        if (!cursor.stamp.epoch.empty()) announce_restart(until, next);
        cursor = Cursor{{answer.epoch, 0}, 0, 0, cursor.time};
    }
    const auto rx = begins_anew ? first_pos(events, "serial.rx") : answer.lost_rx.value_or(0);
    const auto tx = begins_anew ? first_pos(events, "serial.tx") : answer.lost_tx.value_or(0);
    cursor.rx_pos += rx;
    cursor.tx_pos += tx;
    lose(rx + tx + forgotten_, until, next);
    if (cursor.time == contract::Time{}) cursor.time = now.wall; // the log has begun
    if (cursor == cursor_ && forgotten_ == 0) return;
    write(next, now);
    save(now);
}

void SlotLog::announce_restart(contract::Time until, Draft& draft)
{
    draft.lines.flush(draft.out());
    auto& clock = parts_.clock;
    const auto text = fmt::format("bridge restarted; bytes between {} and {} may be missing",
                                  clock.text(draft.cursor.time), clock.text(until));
    draft.out().push_back({until, Kind::info, text, 0});
}

void SlotLog::apply(const contract::Event& event, Draft& draft)
{
    const auto& stamp = event.header.stamp;
    if (stamp.epoch != draft.cursor.stamp.epoch || stamp.seq <= draft.cursor.stamp.seq) return;
    const auto kind = contract::topics::kind_of(event.topic);
    if (kind == "serial.rx") feed(event, Kind::rx, draft);
    if (kind == "serial.tx") feed(event, Kind::tx, draft);
    if (kind == "serial.info") note(event, draft);
    draft.cursor.stamp.seq = stamp.seq;
    draft.cursor.time = event.header.time;
}

void SlotLog::note(const contract::Event& event, Draft& draft)
try {
    const auto text = contract::body<contract::SerialInfo>(event).text;
    if (text.starts_with("Opened ") && present_) settle(draft, event.header.time);
    draft.lines.info(event.header.time, text, event.header.stamp.seq, draft.out());
} catch (const contract::BadMessage&) {
    // Nothing that could be written; refusing the answer would only bring it again.
}

void SlotLog::feed(const contract::Event& event, Kind kind, Draft& draft)
{
    const auto& header = event.header;
    auto& had = kind == Kind::rx ? draft.cursor.rx_pos : draft.cursor.tx_pos;
    const auto pos = header.pos.value_or(had);
    std::string_view body = event.body;
    if (pos > had) lose(pos - had, header.time, draft);
    if (pos < had) body.remove_prefix(std::min<std::uint64_t>(had - pos, body.size()));
    had = std::max(had, pos + event.body.size());

    auto offset = event.body.size() - body.size();
    auto time = header.time;
    for (const auto& read : header.reads) {
        const auto to = std::min<std::size_t>(read.offset, event.body.size());
        if (to > offset) {
            const auto part = std::string_view{event.body}.substr(offset, to - offset);
            draft.lines.bytes(kind, time, part, header.stamp.seq, draft.out());
            offset = to;
        }
        time = header.time + std::chrono::microseconds{read.after_us};
    }
    if (const auto rest = std::string_view{event.body}.substr(offset); !rest.empty())
        draft.lines.bytes(kind, time, rest, header.stamp.seq, draft.out());
}

void SlotLog::lose(std::uint64_t bytes, contract::Time until, Draft& draft)
{
    if (bytes == 0) return;
    draft.lines.flush(draft.out()); // what follows does not belong to it
    draft.counters.lost_bytes += bytes;
    auto& clock = parts_.clock;
    const bool before_us = draft.cursor.time == contract::Time{};
    const auto text = before_us ? fmt::format("{} bytes lost before the log began", bytes)
                                : fmt::format("{} bytes lost (log was down from {} to {})", bytes,
                                              clock.text(draft.cursor.time), clock.text(until));
    draft.out().push_back({until, Kind::info, text, 0});
}

/// From here on the lines are the present board's.
void SlotLog::settle(Draft& draft, contract::Time time)
{
    const auto own = [&](std::string text) { return Line{time, Kind::info, std::move(text), 0}; };
    const bool held = std::exchange(holds_name_, true);
    const auto name = parts_.names.take(slot_, board_, devnode_);
    const bool same = name == draft.name && draft.announced;
    const auto opened = own(fmt::format("=== Log opened for {} ===", name));
    if (held && same) return;
    if (!held) { // what is in the draft already has no file yet
        draft.parts.front().name = name;
        if (!same) draft.out().insert(draft.out().begin(), opened);
    } else {
        if (name != draft.name) {
            draft.lines.flush(draft.out());
            if (draft.announced) draft.out().push_back(own("=== Log closed ==="));
            draft.parts.push_back({name, {}});
        }
        draft.out().push_back(opened);
    }
    draft.name = name;
    draft.announced = true;
}

} // namespace loggerd
