#include "ctl/rfc2217_client.hpp"

#include <array>
#include <variant>

#include "daemonkit/escape.hpp"
#include "telnet/com_port.hpp"
#include "telnet/encoder.hpp"

namespace ctl {
namespace {

using telnet::com_port::Code, telnet::com_port::Control;
constexpr std::size_t longest_refusal = 512;
constexpr std::uint8_t one_stop_bit = 1, two_stop_bits = 2; // RFC 2217 section 3, SET-STOPSIZE

bool is_wanted(std::uint8_t option)
{
    return option == telnet::option::binary || option == telnet::option::suppress_go_ahead ||
           option == telnet::option::com_port;
}

telnet::Negotiator::Policy policy()
{
    return {.we_may = is_wanted, .peer_may = is_wanted};
}

void append(telnet::Bytes& out, Code code, std::span<const std::uint8_t> value)
{
    telnet::Bytes body{std::byte{static_cast<std::uint8_t>(code)}};
    for (const auto byte : value) body.push_back(std::byte{byte});
    telnet::append_subnegotiation(out, telnet::option::com_port, body);
}

void append(telnet::Bytes& out, Code code, std::uint8_t value)
{
    append(out, code, std::array{value});
}

Control flow_of(const PtySettings& settings)
{
    if (settings.rts_cts) return Control::flow_hardware;
    return settings.xon_xoff ? Control::flow_xon_xoff : Control::flow_none;
}

} // namespace

Rfc2217Client::Rfc2217Client() : negotiator_(policy()) {}

telnet::Bytes Rfc2217Client::hello()
{
    telnet::Bytes out;
    negotiator_.offer(telnet::option::com_port, out);
    for (const auto option : {telnet::option::binary, telnet::option::suppress_go_ahead}) {
        negotiator_.offer(option, out);
        negotiator_.request(option, out);
    }
    return out;
}

void Rfc2217Client::receive(std::span<const std::byte> input, telnet::Bytes& data,
                            telnet::Bytes& answer)
{
    while (const auto event = decoder_.next(input)) {
        if (const auto* said = std::get_if<telnet::Data>(&*event)) {
            if (is_agreed())
                data.insert(data.end(), said->bytes.begin(), said->bytes.end());
            else if (refusal_.size() + said->bytes.size() <= longest_refusal)
                refusal_.append(reinterpret_cast<const char*>(said->bytes.data()),
                                said->bytes.size());
        } else if (const auto* wish = std::get_if<telnet::Negotiation>(&*event)) {
            negotiator_.receive(wish->verb, wish->option, answer);
        }
    }
}

std::string Rfc2217Client::why_closed(const std::string& fault) const
{
    const auto end = refusal_.find_last_not_of("\r\n ");
    if (is_agreed() || end == std::string::npos) return fault;
    return daemonkit::escape_control_bytes(refusal_.substr(0, end + 1));
}

void Rfc2217Client::set(const PtySettings& wanted, telnet::Bytes& out)
{
    const bool all = !set_;
    const auto before = set_.value_or(wanted);
    if (all || before.baud != wanted.baud)
        append(out, Code::set_baudrate,
               std::array{static_cast<std::uint8_t>(wanted.baud >> 24),
                          static_cast<std::uint8_t>(wanted.baud >> 16),
                          static_cast<std::uint8_t>(wanted.baud >> 8),
                          static_cast<std::uint8_t>(wanted.baud)});
    if (all || before.two_stop_bits != wanted.two_stop_bits)
        append(out, Code::set_stopsize, wanted.two_stop_bits ? two_stop_bits : one_stop_bit);
    if (all || flow_of(before) != flow_of(wanted))
        append(out, Code::set_control, static_cast<std::uint8_t>(flow_of(wanted)));
    set_ = wanted;
}

} // namespace ctl
