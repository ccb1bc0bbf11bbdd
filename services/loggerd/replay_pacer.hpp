#pragma once

#include <chrono>
#include <cstddef>
#include <optional>

namespace loggerd {

/// When to ask for the next replay of one slot, and whether its events have to be listened to for
/// that. No I/O, no clock.
///
/// A wake-up ("ring") is an event of the slot, or a heartbeat that is ahead of our cursor. Whoever
/// subscribes makes bridged format every chunk, 50 a second for a busy board, of which loggerd
/// needs one in five and that one only as a bell. So a slot that has said something in several
/// rounds on end is asked every 100 ms without listening; when it has gone quiet it is listened to
/// again. What falls between asking and listening is told by the heartbeat that bridged sends
/// after every subscription. A board that says a line now and then costs one event and one
/// request for it, a quiet one nothing, a busy one no events at all.
///
/// No UART brings more than a fraction of bridged's ring in 100 ms; a pty, a USB CDC board or a
/// client that sends a file may. What a round brought says how soon the next one has to come, so
/// that bridged need not hold them.
class ReplayPacer {
public:
    using TimePoint = std::chrono::steady_clock::time_point;
    static constexpr std::chrono::milliseconds interval{100};
    /// A round shall bring no more: a quarter of the smallest usual ring.
    static constexpr std::size_t round_bytes = 256 * 1024;
    static constexpr std::chrono::microseconds least_pause{1000}; ///< from which it grows
    static constexpr unsigned busy_rounds = 5;  ///< in a row, until listening stops
    static constexpr unsigned quiet_rounds = 3; ///< in a row, until it begins again

    /// Something may be there; means nothing while waiting.
    /// @param is_flood  it is more already than a round shall bring
    void ring(TimePoint now, bool is_flood = false);
    void look_at(TimePoint when) { look_ = when; } ///< ask then, whatever happens until then
    void asked(TimePoint now);
    void answered_in_part(std::size_t bytes, TimePoint now); ///< there is more: at once
    void answered(std::size_t bytes, TimePoint now);
    void failed(TimePoint retry_at);

    /// When to ask; nothing: on the next ring, or when the answer to the last is there.
    std::optional<TimePoint> due() const;
    bool is_waiting() const { return waiting_; }
    bool listens() const { return listens_; }

private:
    void pause_anew();
    void count_busy();

    std::optional<TimePoint> next_; // the next round
    std::optional<TimePoint> look_;
    TimePoint round_began_{};
    TimePoint before_{}; // when the round before it began
    TimePoint earliest_{};
    std::chrono::microseconds pause_ = interval; // between the beginnings of rounds
    std::size_t got_ = 0;                        // bytes in this round
    bool waiting_ = false;                       // for an answer
    bool failed_ = false;                        // the last request did
    bool continues_ = false;                     // the round
    bool listens_ = true;
    unsigned busy_ = 0;
    unsigned quiet_ = 0;
};

} // namespace loggerd
