#include "bridged/replay.hpp"

#include <utility>

#include "contract/names.hpp"

namespace bridged {

SerialEvents::SerialEvents(std::string_view slot)
    : rx_(contract::topics::serial_rx(slot)),
      tx_(contract::topics::serial_tx(slot)),
      info_(contract::topics::serial_info(slot)),
      stream_(contract::streams::serial(slot))
{
}

const std::string& SerialEvents::topic(Kind kind) const
{
    return kind == Kind::rx ? rx_ : kind == Kind::tx ? tx_ : info_;
}

contract::Header SerialEvents::header(const Record& record, std::string_view epoch) const
{
    contract::Header header;
    header.source = "bridged";
    header.stamp = {std::string{epoch}, record.seq};
    header.time = record.time;
    header.mono = record.mono;
    if (record.kind == Kind::info) return header;
    header.pos = record.kind == Kind::rx ? record.before.rx : record.before.tx;
    header.reads = record.reads;
    return header;
}

namespace {

/// Where the answer begins, and what the caller can no longer have.
struct Start {
    std::uint64_t after_seq = 0;
    std::optional<Positions> lost;
};

std::uint64_t ahead(std::uint64_t ours, std::uint64_t theirs)
{
    return ours > theirs ? ours - theirs : 0;
}

Start start_of(const History& history, const contract::ReplayArgs& args)
{
    const bool ours = args.epoch == history.epoch();
    if (!ours && !args.epoch.empty()) return {0, std::nullopt};
    const std::uint64_t after = ours ? std::min(args.after_seq, history.last_seq()) : 0;
    Positions lost;
    if (after + 1 < history.first_seq()) {
        const Positions kept = history.kept_from();
        lost = {ahead(kept.rx, args.rx_pos), ahead(kept.tx, args.tx_pos)};
    }
    return {after, lost};
}

} // namespace

std::uint64_t place_before(const History& history, std::uint64_t tail)
{
    const auto bytes = [](const Positions& positions) { return positions.rx + positions.tx; };
    const std::uint64_t all = bytes(history.total());
    Record record;
    for (auto at = history.after(0); at; at = history.following(*at)) {
        history.read(*at, record);
        const auto size = record.kind == Kind::info ? 0 : record.body.size();
        if (bytes(record.before) + size + tail > all) return record.seq - 1;
    }
    return history.last_seq();
}

contract::ReplayAnswer replay(const History& history, const SerialEvents& events,
                              const contract::ReplayArgs& args, std::vector<std::string>& frames)
{
    const Start start = start_of(history, args);
    contract::ReplayAnswer answer;
    answer.epoch = history.epoch();
    answer.next_after_seq = start.after_seq;
    if (start.lost) {
        answer.lost_rx = start.lost->rx;
        answer.lost_tx = start.lost->tx;
    }
    std::size_t bodies = 0, all = 0;
    Record record;
    for (auto at = history.after(start.after_seq); at; at = history.following(*at)) {
        history.read(*at, record);
        contract::Header header = events.header(record, history.epoch());
        header.topic = events.topic(record.kind);
        std::string text = contract::format_header(header);
        bodies += record.body.size();
        all += record.body.size() + text.size();
        if (!frames.empty() && (bodies > args.max_bytes || all > max_reply_bytes)) {
            answer.more = true;
            break;
        }
        frames.push_back(std::move(text));
        frames.push_back(record.body);
        answer.next_after_seq = record.seq;
    }
    return answer;
}

} // namespace bridged
