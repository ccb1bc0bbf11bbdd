#include "serial/input_watch.hpp"

#include <utility>

namespace serial {

namespace {

/// Also past the wrap at 2^32, and not when a driver has begun again from 0.
bool has_grown(std::uint32_t before, std::uint32_t now)
{
    return static_cast<std::int32_t>(now - before) > 0;
}

} // namespace

void InputWatch::turn(bool on)
{
    if (on && !on_) start_over();
    on_ = on;
}

void InputWatch::start_over()
{
    last_.reset();
    last_counts_.reset();
}

std::optional<ModemInputs> InputWatch::polled(const ModemInputs& inputs)
{
    if (!on_ || last_ == inputs) return std::nullopt;
    last_ = inputs;
    return inputs;
}

std::optional<LineErrors> InputWatch::polled(const ErrorCounts& counts)
{
    if (!on_) return std::nullopt;
    const auto before = std::exchange(last_counts_, counts).value_or(counts);
    const LineErrors errors{.overrun = has_grown(before.overruns, counts.overruns),
                            .parity = has_grown(before.parity, counts.parity),
                            .framing = has_grown(before.framing, counts.framing),
                            .break_detected = has_grown(before.breaks, counts.breaks)};
    if (errors == LineErrors{}) return std::nullopt;
    return errors;
}

} // namespace serial
