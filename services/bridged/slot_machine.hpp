#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "contract/messages.hpp"

namespace bridged {

/// The states of one slot (docs/states-and-texts.md) and what leads from one to
/// another. Decides only: it is told what happened and when, and says what should be
/// open. No I/O, no clock.
class SlotMachine {
public:
    using State = contract::SlotState;
    using TimePoint = std::chrono::steady_clock::time_point;

    static constexpr std::chrono::milliseconds first_pause{500}; ///< after a first failure, …
    static constexpr std::chrono::milliseconds longest_pause{30'000}; ///< … doubled up to this
    static constexpr std::chrono::seconds steady_after{5}; ///< a tty that lived this long is well
    /// A tty that did not, and that nobody had asked anything of, is a flap; so many in so long a
    /// time, and the port is left alone for a pause, …
    static constexpr std::size_t flaps_allowed = 6;
    static constexpr std::chrono::seconds flap_window{30};
    static constexpr std::chrono::seconds first_flap_pause{10};
    static constexpr std::chrono::seconds longest_flap_pause{320}; ///< … doubled up to this

    /// @param away_grace  how long a client whose tty has vanished is kept
    explicit SlotMachine(std::chrono::milliseconds away_grace) : away_grace_(away_grace) {}

    void added(TimePoint now); ///< a device came, or another one in its place
    void removed(TimePoint now);

    void opened(TimePoint now);
    void failed(std::string reason, TimePoint now); ///< opening did not work out
    void lost(std::string reason, TimePoint now);   ///< the open tty is gone

    void client_came();
    void client_left(TimePoint now);
    void touched(TimePoint now); ///< somebody uses the slot: a verb, a change of lines

    void start();
    void stop();

    void time_passed(TimePoint now); ///< call at wake_at()

    State state() const { return state_; }
    const std::string& reason() const { return reason_; }
    std::optional<TimePoint> next_try() const; ///< in error and flapping
    std::optional<TimePoint> wake_at() const;

    bool present() const { return present_; }
    bool tty_wanted() const; ///< open, or being opened
    bool port_open() const;  ///< clients may connect, or stay
    bool client_kept() const { return client_; }
    /// Grows with each opening that should begin now: one open per enumeration.
    std::uint64_t openings() const { return openings_; }
    std::uint64_t flaps() const { return flaps_; }

private:
    void enter(State state, std::string reason = {});
    void begin_opening();
    void go_away(std::string reason, TimePoint now);
    void pause(TimePoint now);
    bool flaps_too_often(TimePoint now);
    void leave_alone(TimePoint now);

    std::chrono::milliseconds away_grace_;
    State state_ = State::empty;
    std::string reason_;
    bool present_ = false;
    bool client_ = false;
    bool returning_ = false; ///< opening out of away
    std::uint64_t openings_ = 0;
    unsigned failures_ = 0;
    std::optional<TimePoint> born_at_; ///< the tty, until its end has been counted
    std::optional<TimePoint> touched_at_;
    std::deque<TimePoint> recent_flaps_;
    std::uint64_t flaps_ = 0;
    unsigned left_alone_ = 0; ///< times since a tty last lived long enough
    std::optional<TimePoint> try_at_;
    std::optional<TimePoint> away_until_;
};

} // namespace bridged
