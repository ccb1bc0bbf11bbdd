#include "loggerd/slot_lines.hpp"

#include <algorithm>
#include <utility>

namespace loggerd {

void SlotLines::bytes(Kind direction, contract::Time time, std::string_view bytes,
                      std::uint64_t seq, Lines& lines)
{
    seq_ = seq;
    if (transfer_ && time - transfer_->last >= transfer_pause) end_transfer(lines);
    if (binary_ == Binary::escape) {
        text(direction, time, bytes, lines);
        return;
    }
    of(direction).filter.feed(
        time, bytes,
        [&](contract::Time at, std::string_view part) { text(direction, at, part, lines); },
        [&](const HeldBytes& held) { packet(direction, held, lines); });
}

void SlotLines::info(contract::Time time, const std::string& text, std::uint64_t seq, Lines& lines)
{
    seq_ = seq;
    const bool over = text.starts_with("Client ") || text.starts_with("Closed ");
    if (over) end_transfer(lines);
    if (const auto baud = baud_in(text)) baud_ = *baud;
    lines.push_back({time, Kind::info, encode(text), seq});
}

void SlotLines::quiet(std::chrono::milliseconds since_last, Lines& lines)
{
    if (since_last >= LineAssembler::idle) {
        cut(Kind::rx, lines);
        cut(Kind::tx, lines);
    }
    if (since_last >= transfer_pause) end_transfer(lines);
}

void SlotLines::flush(Lines& lines)
{
    cut(Kind::rx, lines);
    cut(Kind::tx, lines);
    end_transfer(lines);
}

void SlotLines::forget()
{
    auto kept = unwritten();
    kept.rx_line = kept.tx_line = {};
    kept.rx_held = kept.tx_held = {};
    restore(kept);
}

std::optional<std::chrono::milliseconds> SlotLines::next_quiet() const
{
    if (unwritten().bytes() != 0) return LineAssembler::idle;
    if (transfer_) return transfer_pause;
    return {};
}

Unwritten SlotLines::unwritten() const
{
    return {rx_.assembler.pending(),
            tx_.assembler.pending(),
            rx_.filter.held(),
            tx_.filter.held(),
            transfer_,
            baud_};
}

void SlotLines::restore(const Unwritten& unwritten)
{
    rx_.assembler.restore(unwritten.rx_line);
    tx_.assembler.restore(unwritten.tx_line);
    rx_.filter.restore(unwritten.rx_held);
    tx_.filter.restore(unwritten.tx_held);
    transfer_ = unwritten.transfer;
    baud_ = unwritten.baud;
}

void SlotLines::text(Kind kind, contract::Time time, std::string_view bytes, Lines& lines)
{
    of(kind).assembler.feed(time, bytes, emit(kind, lines));
}

void SlotLines::packet(Kind kind, const HeldBytes& held, Lines& lines)
{
    of(kind).assembler.cut(emit(kind, lines));
    const auto first = held.reads.front().time;
    const auto last = held.reads.back().time;
    if (!transfer_) transfer_ = Transfer{first, last, 0, 0};
    transfer_->last = std::max(transfer_->last, last);
    (kind == Kind::tx ? transfer_->to_board : transfer_->from_board) += held.bytes.size();
}

void SlotLines::cut(Kind kind, Lines& lines)
{
    of(kind).filter.release(
        [&](contract::Time at, std::string_view part) { text(kind, at, part, lines); });
    of(kind).assembler.cut(emit(kind, lines));
}

void SlotLines::end_transfer(Lines& lines)
{
    if (!transfer_) return;
    const auto over = *std::exchange(transfer_, std::nullopt);
    lines.push_back({over.last, Kind::info, describe(over, baud_), seq_});
}

LineAssembler::Emit SlotLines::emit(Kind kind, Lines& lines)
{
    return [this, kind, &lines](contract::Time time, std::string_view bytes, Ending ending) {
        // A board that talks in lines again is no longer being flashed.
        if (kind == Kind::rx && ending == Ending::newline) end_transfer(lines);
        lines.push_back({time, kind, encode(bytes, ending), seq_});
    };
}

} // namespace loggerd
