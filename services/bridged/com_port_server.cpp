#include "bridged/com_port_server.hpp"

#include <limits>
#include <utility>

#include "bridged/com_port_values.hpp"

namespace bridged {

namespace com_port = telnet::com_port;
namespace values = com_port_values;

ComPortServer::ComPortServer(asio::io_context& io, SerialLine& line, SendQueue& out, Role role,
                             std::string signature, std::function<void()> resume)
    : line_(line),
      out_(out),
      role_(role),
      signature_(std::move(signature)),
      resume_(std::move(resume)),
      deadline_(io),
      notices_(line, out)
{
}

ComPortServer::~ComPortServer()
{
    *alive_ = false;
}

void ComPortServer::receive(const com_port::Request& request)
{
    const auto value = request.value.value_or(0);
    const auto byte = static_cast<std::uint8_t>(value);
    switch (request.code) {
    case Code::signature:
        if (!request.text.empty()) return; // theirs; an empty one asks for ours
        scratch_.clear();
        com_port::append_signature_answer(scratch_, signature_);
        return out_.answer(scratch_);
    case Code::set_baudrate:
        return set_baudrate(value);
    case Code::set_datasize:
        return set_data_size(byte);
    case Code::set_parity:
        return set_parity(byte);
    case Code::set_stopsize:
        return set_stop_size(byte);
    case Code::set_control:
        return set_control(Control{byte});
    case Code::notify_linestate:
        return; // a server's; no client sends it
    case Code::notify_modemstate:
        return notices_.modem_state();
    case Code::flowcontrol_suspend:
        return out_.suspend(true);
    case Code::flowcontrol_resume:
        return out_.suspend(false);
    case Code::set_linestate_mask:
        notices_.mask_line_state(byte);
        return answer(request.code, byte);
    case Code::set_modemstate_mask:
        notices_.mask_modem_state(byte);
        return answer(request.code, byte);
    case Code::purge_data:
        return purge(byte);
    }
}

// A query is answered with what was asked for last, though it be on its way to the tty still, as
// when a slot is given to the next client; a refusal with what is in effect.

void ComPortServer::set_baudrate(std::uint32_t value)
{
    constexpr std::uint32_t most = std::numeric_limits<std::int32_t>::max();
    if (value == 0 || value > most) return answer_baudrate(line_.asked().baud);
    auto wanted = line_.asked();
    wanted.baud = value;
    configure(
        wanted, [this, value] { answer_baudrate(value); },
        [this] { answer_baudrate(line_.settings().baud); });
}

void ComPortServer::set_data_size(std::uint8_t value)
{
    if (value < 5 || value > 8) return answer(Code::set_datasize, line_.asked().data_bits);
    auto wanted = line_.asked();
    wanted.data_bits = value;
    configure(
        wanted, [this, value] { answer(Code::set_datasize, value); },
        [this] { answer(Code::set_datasize, line_.settings().data_bits); });
}

void ComPortServer::set_parity(std::uint8_t value)
{
    const auto parity = values::parity(value);
    if (!parity) return answer(Code::set_parity, values::of(line_.asked().parity));
    auto wanted = line_.asked();
    wanted.parity = *parity;
    configure(
        wanted, [this, value] { answer(Code::set_parity, value); },
        [this] { answer(Code::set_parity, values::of(line_.settings().parity)); });
}

void ComPortServer::set_stop_size(std::uint8_t value)
{
    const auto stop_bits = values::stop_bits(value);
    if (!stop_bits) return answer(Code::set_stopsize, values::of(line_.asked().stop_bits));
    auto wanted = line_.asked();
    wanted.stop_bits = *stop_bits;
    configure(
        wanted, [this, value] { answer(Code::set_stopsize, value); },
        [this] { answer(Code::set_stopsize, values::of(line_.settings().stop_bits)); });
}

void ComPortServer::set_control(Control value)
{
    const auto say = [this](Control control) {
        answer(Code::set_control, static_cast<std::uint8_t>(control));
    };
    const auto& outputs = line_.outputs();
    switch (value) {
    case Control::query_break:
        return say(line_.breaking() ? Control::break_on : Control::break_off);
    case Control::query_dtr:
        return say(outputs.dtr.value_or(false) ? Control::dtr_on : Control::dtr_off);
    case Control::query_rts:
        return say(outputs.rts.value_or(false) ? Control::rts_on : Control::rts_off);
    case Control::break_on:
    case Control::break_off:
        if (role_ == Role::observer) return say(value);
        return line_.set_break(value == Control::break_on,
                               wait_for([say, value] { say(value); },
                                        [this, say] {
                                            say(line_.breaking() ? Control::break_on
                                                                 : Control::break_off);
                                        }));
    case Control::dtr_on:
        return set_outputs({.dtr = true, .rts = {}}, value);
    case Control::dtr_off:
        return set_outputs({.dtr = false, .rts = {}}, value);
    case Control::rts_on:
        return set_outputs({.dtr = {}, .rts = true}, value);
    case Control::rts_off:
        return set_outputs({.dtr = {}, .rts = false}, value);
    default:
        return set_flow(value);
    }
}

void ComPortServer::set_flow(Control value)
{
    if (value > Control::flow_dsr) return; // a value of no RFC: not even its kind is known
    const bool is_inbound =
        (value >= Control::query_inbound_flow && value <= Control::inbound_hardware) ||
        value == Control::inbound_dtr;
    const auto say = [this, is_inbound](serial::FlowControl flow) {
        answer(Code::set_control, static_cast<std::uint8_t>(is_inbound ? values::inbound(flow)
                                                                       : values::outbound(flow)));
    };
    const auto flow = values::flow(value);
    // A query, or DCD, DTR and DSR, which Linux cannot.
    if (!flow) return say(line_.asked().flow);
    auto wanted = line_.asked();
    wanted.flow = *flow;
    configure(
        wanted, [this, value] { answer(Code::set_control, static_cast<std::uint8_t>(value)); },
        [this, say] { say(line_.settings().flow); });
}

void ComPortServer::set_outputs(serial::LineChange change, Control asked)
{
    if (role_ == Role::observer) return answer(Code::set_control, static_cast<std::uint8_t>(asked));
    line_.set_outputs(
        change,
        wait_for([this, asked] { answer(Code::set_control, static_cast<std::uint8_t>(asked)); },
                 [this, change] {
                     const auto& now = line_.outputs();
                     const auto control =
                         change.dtr
                             ? (now.dtr.value_or(false) ? Control::dtr_on : Control::dtr_off)
                             : (now.rts.value_or(false) ? Control::rts_on : Control::rts_off);
                     answer(Code::set_control, static_cast<std::uint8_t>(control));
                 }));
}

void ComPortServer::purge(std::uint8_t value)
{
    const bool receive = value == static_cast<std::uint8_t>(com_port::Purge::receive);
    const bool transmit = value == static_cast<std::uint8_t>(com_port::Purge::transmit);
    const bool both = value == static_cast<std::uint8_t>(com_port::Purge::both);
    const bool applies = role_ == Role::client;
    if (receive || both) {
        line_.receive_now();
        out_.purge_board_output();
    }
    if (applies && (transmit || both)) line_.purge_transmit();
    answer(Code::purge_data, value);
}

/// What follows it waits until it is over, as behind any other request.
void ComPortServer::send_break()
{
    if (role_ == Role::observer) return;
    const auto hold = [this] {
        busy_ = true;
        deadline_.expires_after(break_for);
        deadline_.async_wait(
            [this, alive = alive_, turn = ++turn_](boost::system::error_code cancelled) {
                if (cancelled || !*alive || turn != turn_) return;
                line_.set_break(false, wait_for([] {}, [] {}));
            });
    };
    line_.set_break(true, wait_for(hold, hold));
}

void ComPortServer::configure(const serial::Settings& wanted, Answer asked, Answer in_effect)
{
    const bool nothing_to_do = wanted == line_.asked() && !line_.is_configuring();
    if (role_ == Role::observer || nothing_to_do) return asked();
    line_.configure(wanted, wait_for(std::move(asked), std::move(in_effect)));
}

/// Whoever comes first, the tty or the deadline, answers; the other finds the turn over.
SerialLine::Handler ComPortServer::wait_for(Answer asked, Answer in_effect)
{
    ++under_way_;
    const auto through = [this] {
        if (--under_way_ == 0) late_ = false;
    };
    if (late_ && under_way_ <= most_late) {
        asked();
        return [alive = alive_, through](std::error_code) {
            if (*alive) through();
        };
    }
    busy_ = true;
    const auto end = [this, turn = ++turn_](const Answer& say) {
        if (turn != turn_ || !busy_) return;
        busy_ = false;
        deadline_.cancel();
        say();
        resume_();
    };
    deadline_.expires_after(answer_within);
    deadline_.async_wait([this, alive = alive_, end, asked](boost::system::error_code cancelled) {
        if (cancelled || !*alive) return;
        late_ = true;
        end(asked);
    });
    return [alive = alive_, through, end, asked = std::move(asked),
            in_effect = std::move(in_effect)](std::error_code fault) {
        if (!*alive) return;
        through();
        end(fault ? in_effect : asked);
    };
}

void ComPortServer::answer(Code code, std::uint8_t value)
{
    scratch_.clear();
    com_port::append_answer(scratch_, code, value);
    out_.answer(scratch_);
}

void ComPortServer::answer_baudrate(std::uint32_t baud)
{
    scratch_.clear();
    com_port::append_baudrate_answer(scratch_, baud);
    out_.answer(scratch_);
}

} // namespace bridged
