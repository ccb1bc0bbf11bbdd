#include "serial/settings.hpp"

namespace serial {

std::string_view to_string(Parity parity)
{
    switch (parity) {
    case Parity::none:
        return "N";
    case Parity::odd:
        return "O";
    case Parity::even:
        return "E";
    case Parity::mark:
        return "M";
    case Parity::space:
        return "S";
    }
    return "?";
}

std::string_view to_string(StopBits stop_bits)
{
    switch (stop_bits) {
    case StopBits::one:
        return "1";
    case StopBits::two:
        return "2";
    case StopBits::one_and_half:
        return "1.5";
    }
    return "?";
}

std::string_view to_string(FlowControl flow)
{
    switch (flow) {
    case FlowControl::none:
        return "none";
    case FlowControl::xon_xoff:
        return "xonxoff";
    case FlowControl::hardware:
        return "hardware";
    }
    return "?";
}

} // namespace serial
