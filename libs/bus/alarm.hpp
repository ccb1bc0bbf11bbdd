#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "loop/asio.hpp"

namespace bus {

/// A one-shot timer whose handler never runs after stop(), a later at(), or destruction;
/// not even when its expiry was queued already (Asio then still reports success).
/// The handler may destroy the Alarm.
class Alarm {
public:
    using TimePoint = std::chrono::steady_clock::time_point;

    Alarm(asio::io_context& io, std::function<void()> on_time);
    ~Alarm();
    Alarm(const Alarm&) = delete;
    Alarm& operator=(const Alarm&) = delete;

    void at(TimePoint when);
    /// As at(), but one that is set for earlier stays: costs nothing per event.
    void at_latest(TimePoint when);
    void stop();
    bool is_set() const { return when_.has_value(); }

private:
    struct State {
        std::function<void()> on_time;
        std::uint64_t setting = 0; // the handler of another setting does nothing
    };

    asio::steady_timer timer_;
    std::optional<TimePoint> when_;
    std::shared_ptr<State> state_; // queued expiries outlive us
};

} // namespace bus
