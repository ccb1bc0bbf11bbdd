// The half of SlotLog that writes: drafts become files, events and records.

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
    if (!batch.empty()) files_.append(batch, checkpoint());
    unsaved_ = unsaved_ || !batch.empty() || !(draft.cursor == cursor_);
    commit(draft);
    upkeep(now);
}

void SlotLog::commit(Draft& draft)
{
    // Told before the record is saved: a kill in between tells twice, never not at all.
    for (const auto& part : draft.parts)
        for (const auto& line : part.lines) tell(line, draft);
    lines_ = std::move(draft.lines);
    cursor_ = draft.cursor;
    counters_ = draft.counters;
    name_ = std::move(draft.name);
    announced_ = draft.announced;
    forgotten_ = 0;
    if (fault_ && !files_.record_fault()) {
        fault_.reset();
        parts_.events.fault_over(slot_);
    }
}

void SlotLog::tell(const Line& line, Draft& draft)
{
    const auto& epoch = draft.cursor.stamp.epoch;
    if (line.kind != Kind::info) ++draft.counters.lines;
    parts_.events.line(slot_, epoch, line);
    auto found = watch_.line(line);
    if (found.boot) {
        ++draft.counters.boots;
        found.boot->serial_epoch = epoch;
        parts_.events.boot(slot_, *found.boot);
    }
    if (found.alert) {
        ++draft.counters.crashes;
        found.alert->serial_epoch = epoch;
        parts_.events.alert(slot_, *found.alert);
    }
}

std::vector<FileText> SlotLog::compose(const Draft& draft)
{
    std::vector<FileText> batch;
    for (const auto& part : draft.parts) {
        for (const auto& line : part.lines) {
            const auto time = parts_.clock.text(line.time);
            auto file = file_name(part.name, std::string_view{time}.substr(0, 10));
            if (batch.empty() || batch.back().file != file) batch.push_back({std::move(file), {}});
            auto& text = batch.back().text;
            ((text += '[') += time) += "] [";
            ((text += to_string(line.kind)) += "] ") += line.text;
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
        parts_.names.release(slot_);
    } else {
        holds_name_ = true; // a record that still names them would have them cut back
    }
}

void SlotLog::upkeep(Now now)
{
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
    if (unsaved_) return saved_ + record_every;
    if (files_.needs_sync()) return synced_ + sync_every;
    return {};
}

void SlotLog::save(Now now)
{
    saved_ = now.steady; // also when refused: the next try is not sooner
    if (files_.save(checkpoint()))
        unsaved_ = false;
    else
        refused(*files_.record_fault());
}

void SlotLog::close(Now now)
try {
    if (record_) return; // nothing was written since; the record stands
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
