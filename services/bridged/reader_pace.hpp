#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "contract/time.hpp"

namespace bridged {

/// Keeps a flood from overrunning whoever reads the history by cursor, as loggerd does. A pty or a
/// fast client can fill the ring in a few ms; no UART can, at 1 MB/s the ring is 1 s and loggerd
/// asks every 100 ms. So input is held (it waits in the kernel and at the client) when three
/// quarters of the ring are unread and somebody is reading, until half of it is read, and for
/// `patience` at most: a board that nobody drains stalls in its own logger, and goes first. No
/// clock.
class ReaderPace {
public:
    static constexpr std::chrono::milliseconds patience{3000};

    /// @param capacity  of the ring, in the same units as below
    explicit ReaderPace(std::uint64_t capacity) : capacity_(capacity) {}

    /// @param end  all that was ever written to the ring
    void wrote(std::uint64_t end, contract::Monotonic now);
    /// @param up_to  how far a reader that must not lose any has come; the furthest one counts
    void read(std::uint64_t up_to, contract::Monotonic now);
    /// At give_up(): whatever is unread.
    void expire(contract::Monotonic now);

    bool holds() const { return give_up_.has_value(); }
    std::optional<contract::Monotonic> give_up() const { return give_up_; }

private:
    std::uint64_t unread() const { return end_ > read_ ? end_ - read_ : 0; }

    std::uint64_t capacity_;
    std::uint64_t end_ = 0;
    std::uint64_t read_ = 0;
    std::optional<contract::Monotonic> last_read_;
    std::optional<contract::Monotonic> give_up_; // while it holds
    bool gave_up_ = false;                       // until the reader has caught up
};

} // namespace bridged
