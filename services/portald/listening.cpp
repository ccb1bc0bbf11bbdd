#include "portald/listening.hpp"

#include <algorithm>

#include "contract/names.hpp"

namespace portald {

Listening::Listening(Rules rules)
    : rules_(std::move(rules)),
      topic_(contract::topics::serial_rx(rules_.slot)),
      lines_(rules_.pattern),
      cursor_(rules_.from)
{
}

void Listening::begin(TimePoint now)
{
    // The steady clock is CLOCK_MONOTONIC, as are the events' times.
    began_ = rules_.since.value_or(
        std::chrono::duration_cast<contract::Monotonic>(now.time_since_epoch()));
    end_ = now + rules_.at_most;
}

contract::ReplayArgs Listening::request() const
{
    contract::ReplayArgs args;
    args.slot = rules_.slot;
    args.epoch = cursor_.epoch;
    args.after_seq = cursor_.seq;
    args.rx_pos = rx_pos_;
    return args;
}

void Listening::take(const contract::ReplayAnswer& answer,
                     const std::vector<contract::Event>& events, TimePoint asked, TimePoint now)
{
    take_place(answer);
    for (const auto& event : events) {
        if (take_event(event)) last_text_ = now;
    }
    if (!answer.more && !settled_ && lines_.has_unfinished_match()) settled_ = now + settling;
    if (settled_ && !lines_.has_unfinished_match()) settled_.reset();
    done_ = lines_.has_match() || is_enough(answer, asked);
}

/// Moves the cursor, and notes when bytes are missing before it. What the first look back does not
/// reach is not missed.
void Listening::take_place(const contract::ReplayAnswer& answer)
{
    const bool other_history = answer.epoch != cursor_.epoch;
    const bool lost = other_history || answer.lost_rx.value_or(1) > 0;
    if (lost && (asked_before_ || !rules_.look_back)) lines_.gap();
    if (other_history) rx_pos_ = 0;
    cursor_ = {answer.epoch, answer.next_after_seq};
    asked_before_ = true;
}

/// True: the board said something.
bool Listening::take_event(const contract::Event& event)
{
    if (event.topic != topic_) return false;
    rx_pos_ = event.header.pos.value_or(rx_pos_) + event.body.size();
    const bool old = is_old(event);
    lines_.feed(event.body, old ? OutputLines::Age::old : OutputLines::Age::fresh);
    return !old;
}

bool Listening::is_old(const contract::Event& event) const
{
    return rules_.look_back && event.header.mono < began_ - *rules_.look_back;
}

bool Listening::is_enough(const contract::ReplayAnswer& answer, TimePoint asked) const
{
    if (answer.more) return asked >= end_ + overtime;
    return asked >= look_at();
}

bool Listening::gives_up(const contract::Error& error, TimePoint asked) const
{
    using contract::ErrorCode;
    const bool may_pass = error.code == ErrorCode::timeout || error.code == ErrorCode::io ||
                          error.code == ErrorCode::internal;
    return !may_pass || asked >= end_;
}

Listening::TimePoint Listening::look_at() const
{
    auto when = end_;
    if (rules_.quiet && lines_.has_text()) when = std::min(when, last_text_ + *rules_.quiet);
    if (settled_) when = std::min(when, *settled_);
    return when;
}

bool Listening::is_behind(const contract::Stamp& stamp) const
{
    return stamp.epoch != cursor_.epoch || stamp.seq > cursor_.seq;
}

} // namespace portald
