#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

namespace portald {

/// What is to be delivered where, in which order, how often tried. No I/O and no clock. Each
/// target gets one thing at a time, in order, so that one which is slow delays no other.
class Outbox {
public:
    using TimePoint = std::chrono::steady_clock::time_point;

    struct Limits {
        std::size_t most_waiting = 1000;           ///< of all targets
        std::size_t most_bytes = 32 * 1024 * 1024; ///< likewise
        std::vector<std::chrono::milliseconds> pauses{std::chrono::seconds{2},
                                                      std::chrono::seconds{10}}; ///< after a try
    };
    struct Counters {
        std::uint64_t delivered = 0;
        std::uint64_t failed = 0;  ///< given up
        std::uint64_t dropped = 0; ///< the queue was full
        bool operator==(const Counters&) const = default;
    };
    enum class Outcome {
        delivered,
        failed,  ///< may be tried again
        refused, ///< would be again
    };

    Outbox(std::size_t targets, Limits limits) : limits_(std::move(limits)), queues_(targets) {}

    /// When it is full, the oldest of the target that has most waiting is dropped.
    void add(std::size_t target, std::string text);
    struct Job {
        std::size_t target = 0;
        std::string text;
    };
    /// The next thing to try, if any is due; it is under way until done().
    std::optional<Job> take(TimePoint now);
    /// Returns whether it will be tried again.
    bool done(std::size_t target, Outcome outcome, TimePoint now);
    std::optional<TimePoint> next() const; ///< when take() has something

    const Counters& counters() const { return counters_; }
    std::size_t waiting() const; ///< under way or not

private:
    struct Queue {
        std::deque<std::string> texts;
        bool under_way = false; // the first
        std::size_t tries = 0;  // of the first
        TimePoint not_before{};
    };
    std::size_t bytes() const;
    bool make_room(std::size_t size);

    Limits limits_;
    std::vector<Queue> queues_;
    Counters counters_;
};

} // namespace portald
