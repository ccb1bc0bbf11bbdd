#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <system_error>
#include <vector>

#include "serial/interruption.hpp"

namespace serial {

class Tty;
struct Outcome;

/// What is still to be done with a tty, in order: bytes to write, and calls that the worker
/// makes. No I/O.
class OperationQueue {
public:
    enum class Effect {
        none,
        locks_tty, ///< the kernel's termios_rwsem: a read or write meanwhile would wait for it
    };
    struct Call {
        std::function<Outcome(Tty&)> call; ///< for the worker's thread: captures plain data only
        std::function<void(std::error_code)> done;
        std::shared_ptr<Interruption> interruption; ///< null: it waits for no output
        Effect effect = Effect::none;
    };

    void add(std::span<const std::byte> bytes);
    void add(Call call);

    /// Bytes that come next; empty when a call comes next, or nothing.
    std::span<const std::byte> next_bytes() const;
    void written(std::size_t count); ///< that many of next_bytes()
    std::optional<Call> take_call(); ///< when a call comes next

    std::size_t bytes() const { return bytes_; }
    bool has_call() const;
    std::size_t bytes_before_call() const; ///< in front of the first one
    void drop_bytes();                     ///< calls stay
    void drop_bytes_before_call();
    std::vector<Call> drop_all(); ///< the calls, not made

private:
    /// Either bytes from `done` on, or a call.
    struct Step {
        std::vector<std::byte> bytes;
        std::size_t done = 0;
        std::optional<Call> call;
    };
    std::deque<Step> steps_;
    std::size_t bytes_ = 0;
};

} // namespace serial
