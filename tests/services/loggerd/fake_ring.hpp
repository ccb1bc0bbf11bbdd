#pragma once

#include <algorithm>
#include <deque>
#include <string>
#include <vector>

#include "contract/messages.hpp"
#include "contract/names.hpp"
#include "contract/verbs.hpp"

namespace loggerd {

/// A slot's history as bridged keeps it: numbered events, the oldest dropped, serial.replay.
class FakeRing {
public:
    explicit FakeRing(std::string slot = "A") : slot_(std::move(slot)) {}

    std::size_t capacity = 1 << 20; ///< bytes of bodies
    std::string epoch = "00000000000000aa";

    void rx(contract::Time time, std::string bytes, std::vector<contract::ReadTime> reads = {})
    {
        const auto pos = rx_;
        rx_ += bytes.size();
        push(contract::topics::serial_rx(slot_), time, std::move(bytes), pos, std::move(reads));
    }
    void tx(contract::Time time, std::string bytes)
    {
        const auto pos = tx_;
        tx_ += bytes.size();
        push(contract::topics::serial_tx(slot_), time, std::move(bytes), pos, {});
    }
    void info(contract::Time time, const std::string& text)
    {
        push(contract::topics::serial_info(slot_), time,
             contract::to_text(contract::Json(contract::SerialInfo{text})), {}, {});
    }
    std::uint64_t last_seq() const { return seq_; }
    const contract::Event& last() const { return events_.back(); }
    /// bridged came back without its history.
    void begin_anew(std::string new_epoch)
    {
        *this = FakeRing{slot_};
        epoch = std::move(new_epoch);
    }

    struct Answer {
        contract::ReplayAnswer answer;
        std::vector<contract::Event> events;
    };
    Answer replay(const contract::ReplayArgs& args) const
    {
        const bool known = args.epoch == epoch;
        const auto after = known ? args.after_seq : 0;
        Answer result{{epoch, after, false, {}, {}}, {}};
        if (known) {
            result.answer.lost_rx = lost(args.rx_pos, "serial.rx", rx_, after);
            result.answer.lost_tx = lost(args.tx_pos, "serial.tx", tx_, after);
        }
        std::size_t bytes = 0;
        for (const auto& event : events_) {
            if (event.header.stamp.seq <= after) continue;
            bytes += event.body.size();
            if (bytes > args.max_bytes && !result.events.empty()) {
                result.answer.more = true;
                break;
            }
            result.events.push_back(event);
            result.answer.next_after_seq = event.header.stamp.seq;
        }
        return result;
    }

private:
    std::uint64_t lost(std::uint64_t had, std::string_view kind, std::uint64_t total,
                       std::uint64_t after) const
    {
        for (const auto& event : events_)
            if (event.header.stamp.seq > after && contract::topics::kind_of(event.topic) == kind)
                return *event.header.pos - had;
        return total - had;
    }
    void push(const std::string& topic, contract::Time time, std::string body,
              std::optional<std::uint64_t> pos, std::vector<contract::ReadTime> reads)
    {
        contract::Event event;
        event.topic = topic;
        event.header.stamp = {epoch, ++seq_};
        event.header.time = time;
        event.header.pos = pos;
        event.header.reads = std::move(reads);
        event.body = std::move(body);
        held_ += event.body.size();
        events_.push_back(std::move(event));
        while (held_ > capacity) {
            held_ -= events_.front().body.size();
            events_.pop_front();
        }
    }

    std::string slot_;
    std::deque<contract::Event> events_;
    std::uint64_t seq_ = 0, rx_ = 0, tx_ = 0;
    std::size_t held_ = 0;
};

} // namespace loggerd
