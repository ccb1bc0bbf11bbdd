#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

namespace portald {

/// Which alert goes where next, and how often it is tried. No I/O and no clock. Each target gets
/// one at a time, in the order of their numbers, so that one which is slow delays no other. Only
/// the next few of each are here: loggerd has the rest.
class Outbox {
public:
    using TimePoint = std::chrono::steady_clock::time_point;

    struct Limits {
        std::size_t most_waiting = 8; ///< of one target; an alert has 100 KB at most
        /// After a try; the last one goes for all that follow.
        std::vector<std::chrono::milliseconds> pauses{
            std::chrono::seconds{2}, std::chrono::seconds{10}, std::chrono::seconds{60},
            std::chrono::seconds{300}};
        std::chrono::milliseconds give_up_after = std::chrono::hours{24}; ///< the first try
    };
    struct Counters {
        std::uint64_t delivered = 0;
        std::uint64_t failed = 0;  ///< given up
        std::uint64_t dropped = 0; ///< loggerd no longer had them
        bool operator==(const Counters&) const = default;
    };
    enum class Outcome {
        delivered,
        failed,  ///< may be tried again
        refused, ///< would be again
    };

    Outbox(std::size_t targets, Limits limits) : limits_(std::move(limits)), queues_(targets) {}

    /// What has this number, or a lower one, was delivered in an earlier life.
    void begin_after(std::size_t target, std::uint64_t number);
    /// Up to which number it has got, or been spared, all.
    std::uint64_t place(std::size_t target) const { return queues_[target].place; }
    bool has_room(std::size_t target) const;
    /// Numbers ascend; those that are left out were lost.
    void add(std::size_t target, std::uint64_t number, std::string text);
    void pass(std::size_t target, std::uint64_t number); ///< is not for this target
    /// Up to which number nothing is still to be delivered.
    std::uint64_t delivered(std::size_t target) const;

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
    struct Alert {
        std::uint64_t number = 0;
        std::string text;
    };
    struct Queue {
        std::deque<Alert> alerts;
        std::uint64_t place = 0;
        bool under_way = false; // the first
        std::size_t tries = 0;  // of the first
        TimePoint first_try{};
        TimePoint not_before{};
    };
    void go_to(Queue& queue, std::uint64_t number);
    bool is_worth_a_try(const Queue& queue, TimePoint now) const;

    Limits limits_;
    std::vector<Queue> queues_;
    Counters counters_;
};

} // namespace portald
