#include "bridged/slot_machine.hpp"

#include <algorithm>
#include <utility>

namespace bridged {

void SlotMachine::enter(State state, std::string reason)
{
    state_ = state;
    reason_ = std::move(reason);
    if (state != State::opening) returning_ = false;
    if (state != State::error && state != State::away && state != State::flapping) try_at_.reset();
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

/// Ends the life of the tty.
bool SlotMachine::flaps_too_often(TimePoint now)
{
    const auto born_at = std::exchange(born_at_, std::nullopt);
    if (!born_at) return false;
    if (now - *born_at >= steady_after) {
        left_alone_ = 0;
        return false;
    }
    // A flash makes a board come and go, too.
    if (client_ || (touched_at_ && now - *touched_at_ < steady_after)) return false;
    ++flaps_;
    recent_flaps_.push_back(now);
    while (now - recent_flaps_.front() > flap_window) recent_flaps_.pop_front();
    return left_alone_ > 0 || recent_flaps_.size() >= flaps_allowed;
}

void SlotMachine::leave_alone(TimePoint now)
{
    recent_flaps_.clear();
    const auto doubled = first_flap_pause * (1U << std::min(left_alone_, 5U));
    enter(State::flapping, left_alone_ == 0
                               ? std::to_string(flaps_allowed) + " short-lived connections in " +
                                     std::to_string(flap_window.count()) + " s"
                               : "another short-lived connection");
    try_at_ = now + std::min<std::chrono::seconds>(doubled, longest_flap_pause);
    ++left_alone_;
}

void SlotMachine::added(TimePoint now)
{
    present_ = true;
    failures_ = 0;
    if (state_ == State::stopped || state_ == State::flapping) return;
    born_at_ = now;
    begin_opening();
}

void SlotMachine::removed(TimePoint now)
{
    present_ = false;
    if (state_ == State::stopped || state_ == State::flapping) return;
    try_at_.reset();
    if (flaps_too_often(now)) return leave_alone(now);
    if (client_)
        go_away("unplugged", now);
    else
        enter(State::empty);
}

void SlotMachine::opened(TimePoint now)
{
    if (state_ != State::opening) return;
    if (!born_at_) born_at_ = now;
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
    if (born_at_ && now - *born_at_ >= steady_after) failures_ = 0;
    if (flaps_too_often(now)) return leave_alone(now);
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
    touched(now);
    if (state_ == State::in_use) return enter(State::idle);
    if (state_ != State::away) return;
    if (!present_) return enter(State::empty);
    if (!try_at_) pause(now);
    enter(State::error, reason_);
}

void SlotMachine::touched(TimePoint now)
{
    touched_at_ = now;
}

void SlotMachine::start()
{
    if (state_ != State::stopped && state_ != State::error && state_ != State::flapping) return;
    failures_ = 0;
    left_alone_ = 0;
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
    if (!try_at_ || now < *try_at_) return;
    if (present_) return begin_opening();
    if (state_ == State::flapping) return enter(State::empty);
    try_at_.reset();
}

std::optional<SlotMachine::TimePoint> SlotMachine::next_try() const
{
    return state_ == State::error || state_ == State::flapping ? try_at_ : std::nullopt;
}

std::optional<SlotMachine::TimePoint> SlotMachine::wake_at() const
{
    if (state_ == State::error || state_ == State::flapping) return try_at_;
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
