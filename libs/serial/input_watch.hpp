#pragma once

#include <optional>

#include "serial/settings.hpp"

namespace serial {

/// What to tell of a poll of modem inputs (the first values, then each change) and of error
/// counters (which have grown since the first poll). No I/O, no timer.
class InputWatch {
public:
    void turn(bool on);
    /// Another tty: its values are told afresh, and its counters begin anew.
    void start_over();
    bool is_on() const { return on_; }

    /// @return what is new and to be told
    std::optional<ModemInputs> polled(const ModemInputs& inputs);
    std::optional<LineErrors> polled(const ErrorCounts& counts);

private:
    bool on_ = false;
    std::optional<ModemInputs> last_;
    std::optional<ErrorCounts> last_counts_;
};

} // namespace serial
