// The half of SlotLog that writes: drafts become files, events and records.

#include <algorithm>
#include <utility>

#include "loggerd/slot_log.hpp"

namespace loggerd {

SlotLog::Draft SlotLog::draft() const
{
    return {lines_, cursor_, counters_, name_, announced_, {{holds_name_ ? name_ : "", {}}}};
}

Checkpoint SlotLog::checkpoint() const
{
    return {cursor_, lines_.unwritten(), counters_, watch_.state(), holds_name_ ? name_ : "", {}};
}

void SlotLog::write(Draft& draft, Now now)
{
    if (!holds_name_ && !draft.out().empty()) settle(draft, now.wall);
    const auto batch = compose(draft);
    if (!batch.empty()) {
        owes_ = true;
        files_.append(batch, checkpoint());
        owes_ = false;
    }
    unsaved_ = unsaved_ || !batch.empty() || !(draft.cursor == cursor_);
    commit(draft);
    upkeep(now);
}

void SlotLog::commit(Draft& draft)
{
    // Told before the record is saved: a kill in between tells twice, never not at all.
    for (const auto& part : draft.parts)
        for (const auto& line : part.lines) tell(line, draft);
    if (draft.cursor.rx_pos != cursor_.rx_pos) watch_.rules().spoke();
    lines_ = std::move(draft.lines);
    cursor_ = draft.cursor;
    counters_ = draft.counters;
    name_ = std::move(draft.name);
    announced_ = draft.announced;
    forgotten_ = 0;
    recovered();
}

/// What was refused is written, and so is the record.
void SlotLog::recovered()
{
    if (!fault_ || owes_ || files_.record_fault()) return;
    fault_.reset();
    parts_.events.fault_over(slot_);
}

void SlotLog::tell(const Line& line, Draft& draft)
{
    const auto& epoch = draft.cursor.stamp.epoch;
    if (line.kind != Kind::info) ++draft.counters.lines;
    parts_.events.line(slot_, epoch, line);
    const auto day = line.kind == Kind::rx ? parts_.clock.stamp(line.time).substr(0, 10) : "";
    tell(watch_.line(line, epoch, day), draft.counters);
}

void SlotLog::tell(BoardWatch::Found found, Counters& counters)
{
    counters.boots += found.boots_begun;
    counters.crashes += found.crashes_begun;
    for (const auto& boot : found.boots) parts_.events.boot(slot_, boot);
    for (const auto& alert : found.alerts) parts_.events.alert(slot_, alert);
    unsaved_ = unsaved_ || !found.boots.empty() || !found.alerts.empty();
}

/// Its id is that of the last event before the silence.
void SlotLog::tell_silence(Now now)
{
    BoardWatch::Found found;
    found.alerts = watch_.rules().look(now.steady, now.wall);
    for (auto& alert : found.alerts) {
        alert.serial_seq = cursor_.stamp.seq;
        alert.serial_epoch = cursor_.stamp.epoch;
    }
    tell(std::move(found), counters_);
}

std::optional<std::chrono::milliseconds> SlotLog::next_quiet() const
{
    const auto of_lines = lines_.next_quiet();
    const auto of_board = watch_.next_quiet();
    return of_lines && of_board ? std::min(of_lines, of_board) : of_lines ? of_lines : of_board;
}

std::vector<DayText> SlotLog::compose(const Draft& draft)
{
    constexpr std::size_t most_frame = 48; // time, kind, newline
    std::size_t size = 0;
    for (const auto& part : draft.parts)
        for (const auto& line : part.lines) size += most_frame + line.text.size();
    std::vector<DayText> batch;
    for (const auto& part : draft.parts) {
        for (const auto& line : part.lines) {
            const auto time = parts_.clock.stamp(line.time);
            const auto date = time.substr(0, 10);
            if (batch.empty() || batch.back().board != part.name || batch.back().date != date)
                batch.push_back({part.name, std::string{date}, {}});
            auto& text = batch.back().text;
            if (batch.size() == 1) text.reserve(size); // nearly always all goes there
            ((text += '[') += time) += "] [";
            (text += to_string(line.kind)) += "] ";
            if (ansi_ == Ansi::keep)
                text += coloured_text(line.text);
            else
                text += line.text;
            text += '\n';
        }
    }
    return batch;
}

bool SlotLog::refused(const std::string& fault)
{
    // A new name may have been taken for lines that are not written now.
    parts_.names.release(slot_);
    holds_name_ = !name_.empty() && parts_.names.take_again(slot_, name_);
    if (!fault_) parts_.events.fault(slot_, fault);
    fault_ = fault;
    return false;
}

/// The board has gone and all it said is written: whoever gets it next may use its files.
void SlotLog::let_go()
{
    if (!holds_name_) return;
    files_.close_all();
    holds_name_ = false; // and so the record names neither board nor files
    if (files_.save(checkpoint())) {
        unsaved_ = false;
        recovered();
        parts_.names.release(slot_);
    } else {
        holds_name_ = true; // a record that still names them would have them cut back
    }
}

void SlotLog::upkeep(Now now)
{
    tell_silence(now);
    if (unsaved_ && now.steady - saved_ >= record_every) save(now);
    if (!files_.needs_sync() || now.steady - synced_ < sync_every) return;
    synced_ = now.steady;
    try {
        files_.sync();
    } catch (const DiskError& error) {
        refused(error.what());
    }
}

std::optional<std::chrono::steady_clock::time_point> SlotLog::next_upkeep() const
{
    auto next = watch_.rules().next();
    const auto not_after = [&](auto when) { next = next ? std::min(*next, when) : when; };
    if (unsaved_)
        not_after(saved_ + record_every);
    else if (files_.needs_sync())
        not_after(synced_ + sync_every);
    return next;
}

void SlotLog::save(Now now)
{
    saved_ = now.steady; // also when refused: the next try is not sooner
    if (!files_.save(checkpoint())) {
        refused(files_.record_fault()->what());
        return;
    }
    unsaved_ = false;
    recovered();
}

void SlotLog::close_before(const std::string& today, Now now)
try {
    if (record_ || !files_.close_before(today)) return;
    unsaved_ = true; // the record on disk names them until one is saved
    save(now);
} catch (const DiskError& error) {
    refused(error.what());
}

void SlotLog::close(Now now)
try {
    if (record_ || !resumed_) return; // nothing was written since; the record stands
    auto last = draft();
    if (announced_) last.out().push_back({now.wall, Kind::info, "=== Log closed ===", 0});
    write(last, now);
    save(now);
    files_.sync();
} catch (const DiskError& error) {
    refused(error.what());
}

void SlotLog::last_words(Now now)
try {
    auto last = draft();
    last.lines.flush(last.out());
    if (announced_ || !last.out().empty())
        last.out().push_back({now.wall, Kind::info, "=== Log closed ===", 0});
    write(last, now);
    files_.sync();
} catch (const DiskError& error) {
    refused(error.what());
}

void SlotLog::remove(Now now)
{
    last_words(now);
    tell(watch_.finish(), counters_);
    files_.close_all();
    try {
        files_.remove_record();
    } catch (const DiskError& error) {
        refused(error.what());
    }
    parts_.names.release(slot_); // last: refused() takes it again
    parts_.events.removed(slot_);
}

contract::LogState SlotLog::state() const
{
    contract::LogState state;
    state.slot = slot_;
    state.file = files_.latest();
    state.cursor = cursor_.stamp;
    state.lines = counters_.lines;
    state.lost_bytes = counters_.lost_bytes;
    state.fault = fault_;
    return state;
}

} // namespace loggerd
