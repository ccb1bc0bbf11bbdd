#include "serial/input_watch.hpp"

namespace serial {

void InputWatch::turn(bool on)
{
    if (on && !on_) start_over();
    on_ = on;
}

std::optional<ModemInputs> InputWatch::polled(const ModemInputs& inputs)
{
    if (!on_ || last_ == inputs) return std::nullopt;
    last_ = inputs;
    return inputs;
}

} // namespace serial
