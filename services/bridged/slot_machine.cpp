#include "bridged/slot_machine.hpp"

#include <algorithm>
#include <utility>

namespace bridged {

void SlotMachine::enter(State state, std::string reason)
{
    state_ = state;
    reason_ = std::move(reason);
    if (state != State::opening) returning_ = false;
    if (state != State::error && state != State::away) try_at_.reset();
    if (state != State::away && state != State::opening) away_until_.reset();
    if (!port_open()) client_ = false;
}

void SlotMachine::begin_opening()
{
    returning_ = client_;
    enter(State::opening);
    ++openings_;
}

void SlotMachine::go_away(std::string reason, TimePoint now)
{
    if (!away_until_) away_until_ = now + away_grace_;
    enter(State::away, std::move(reason));
}

void SlotMachine::pause(TimePoint now)
{
    const auto doubled = first_pause * (1U << std::min(failures_, 6U));
    try_at_ = now + std::min<std::chrono::milliseconds>(doubled, longest_pause);
    ++failures_;
}

void SlotMachine::added()
{
    present_ = true;
    failures_ = 0;
    if (state_ != State::stopped) begin_opening();
}

void SlotMachine::removed(TimePoint now)
{
    present_ = false;
    try_at_.reset();
    if (state_ == State::stopped) return;
    if (client_)
        go_away("unplugged", now);
    else
        enter(State::empty);
}

void SlotMachine::opened(TimePoint now)
{
    if (state_ != State::opening) return;
    opened_at_ = now;
    enter(client_ ? State::in_use : State::idle);
}

void SlotMachine::failed(std::string reason, TimePoint now)
{
    if (state_ != State::opening) return;
    pause(now);
    if (client_ && away_until_ && now < *away_until_)
        enter(State::away, std::move(reason));
    else
        enter(State::error, std::move(reason));
}

void SlotMachine::lost(std::string reason, TimePoint now)
{
    if (state_ != State::idle && state_ != State::in_use) return;
    if (now - opened_at_ >= steady_after) failures_ = 0;
    pause(now);
    if (client_)
        go_away(std::move(reason), now);
    else
        enter(State::error, std::move(reason));
}

void SlotMachine::client_came()
{
    client_ = true;
    if (state_ == State::idle) enter(State::in_use);
}

void SlotMachine::client_left(TimePoint now)
{
    client_ = false;
    if (state_ == State::in_use) return enter(State::idle);
    if (state_ != State::away) return;
    if (!present_) return enter(State::empty);
    if (!try_at_) pause(now);
    enter(State::error, reason_);
}

void SlotMachine::start()
{
    if (state_ != State::stopped && state_ != State::error) return;
    failures_ = 0;
    if (present_)
        begin_opening();
    else
        enter(State::empty);
}

void SlotMachine::stop()
{
    enter(State::stopped);
}

void SlotMachine::time_passed(TimePoint now)
{
    if (state_ == State::away && away_until_ && now >= *away_until_) {
        client_ = false;
        if (!present_) return enter(State::empty);
        return enter(State::error, reason_);
    }
    if (try_at_ && now >= *try_at_ && (state_ == State::error || state_ == State::away)) {
        if (present_) return begin_opening();
        try_at_.reset();
    }
}

std::optional<SlotMachine::TimePoint> SlotMachine::next_try() const
{
    return state_ == State::error ? try_at_ : std::nullopt;
}

std::optional<SlotMachine::TimePoint> SlotMachine::wake_at() const
{
    if (state_ == State::error) return try_at_;
    if (state_ != State::away) return std::nullopt;
    return try_at_ && *try_at_ < *away_until_ ? try_at_ : away_until_;
}

bool SlotMachine::tty_wanted() const
{
    return state_ == State::opening || state_ == State::idle || state_ == State::in_use;
}

bool SlotMachine::port_open() const
{
    return state_ == State::idle || state_ == State::in_use || state_ == State::away ||
           (state_ == State::opening && returning_);
}

} // namespace bridged
