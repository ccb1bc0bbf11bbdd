#pragma once

#include <optional>

#include "serial/settings.hpp"

namespace serial {

/// What to tell of a poll of modem inputs: the first values, then each change. No I/O, no timer.
class InputWatch {
public:
    void turn(bool on);
    /// Another tty: its values are told afresh.
    void start_over() { last_.reset(); }
    bool is_on() const { return on_; }

    /// @return what is new and to be told
    std::optional<ModemInputs> polled(const ModemInputs& inputs);

private:
    bool on_ = false;
    std::optional<ModemInputs> last_;
};

} // namespace serial
