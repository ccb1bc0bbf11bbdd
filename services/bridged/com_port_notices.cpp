#include "bridged/com_port_notices.hpp"

#include <utility>

#include "bridged/com_port_values.hpp"

namespace bridged {

namespace values = com_port_values;
using telnet::com_port::Code;

void ComPortNotices::agreed()
{
    if (std::exchange(agreed_, true)) return;
    last_inputs_ = inputs();
    modem_state(); // pyserial's cts and dsr raise until they have seen one
}

void ComPortNotices::inputs_changed()
{
    const auto changes = values::modem_changes(last_inputs_, inputs());
    last_inputs_ = inputs();
    const auto value = static_cast<std::uint8_t>((last_inputs_ | changes) & modem_mask_);
    if (agreed_ && changes != 0 && value != 0) tell(Code::notify_modemstate, value);
}

void ComPortNotices::line_errors(const serial::LineErrors& errors)
{
    const auto value = static_cast<std::uint8_t>(values::line_state(errors) & line_mask_);
    if (agreed_ && value != 0) tell(Code::notify_linestate, value);
}

void ComPortNotices::line_full(bool full)
{
    if (!agreed_ || std::exchange(full_, full) == full) return;
    telnet::Bytes notice;
    telnet::com_port::append_answer(notice,
                                    full ? Code::flowcontrol_suspend : Code::flowcontrol_resume);
    out_.answer(notice);
}

void ComPortNotices::modem_state() const
{
    tell(Code::notify_modemstate, inputs());
}

void ComPortNotices::tell(Code code, std::uint8_t value) const
{
    telnet::Bytes notice;
    telnet::com_port::append_answer(notice, code, value);
    out_.answer(notice);
}

std::uint8_t ComPortNotices::inputs() const
{
    return values::modem_state(line_.inputs().value_or(serial::ModemInputs{}));
}

} // namespace bridged
