#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "bridged/recorder.hpp"
#include "contract/time.hpp"

namespace bridged {

/// Which reads go out as one event. A JSON header per 1 ms read would cost a fifth of a core at
/// 32 boards; a lone answer to a keystroke must not wait for more. So the first chunk after quiet
/// goes out at once, and what follows is joined for a while. No clock of its own.
class Batch {
public:
    static constexpr std::chrono::milliseconds window{20};
    static constexpr std::size_t max_bytes = 4096;
    static constexpr std::size_t max_reads = 256;

    /// Whether nothing came in this direction for a window.
    bool quiet(Direction direction, contract::Monotonic now) const;
    /// To be told of each chunk, after quiet() was asked.
    void heard(Direction direction, contract::Monotonic now);

    bool open() const { return open_; }
    Direction direction() const { return direction_; }
    contract::Monotonic deadline() const { return began_ + window; }

    /// The µs between the batch's first read and this one, when it may join.
    /// @param time  wall clock; a batch does not span a step of it
    std::optional<std::uint32_t> joins(Direction direction, std::size_t bytes, contract::Time time,
                                       contract::Monotonic now) const;

    void begin(Direction direction, std::size_t bytes, contract::Time time,
               contract::Monotonic now);
    void extend(std::size_t bytes);
    void close() { open_ = false; }
    bool full() const { return bytes_ >= max_bytes || reads_ >= max_reads; }

private:
    bool open_ = false;
    Direction direction_ = Direction::rx;
    std::size_t bytes_ = 0;
    std::size_t reads_ = 0;
    contract::Time time_{};
    contract::Monotonic began_{};
    std::array<std::optional<contract::Monotonic>, 2> heard_; ///< by direction
};

} // namespace bridged
