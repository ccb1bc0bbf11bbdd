#pragma once

#include "telnet/com_port.hpp"
#include "telnet/decoder.hpp"
#include "telnet/encoder.hpp"
#include "telnet/negotiator.hpp"

/// The smallest RFC 2217 server that a client is content with: agrees to the serial options,
/// acknowledges every request with its own value, and sends data back. It is what answered when
/// tests/golden/telnet was recorded, and what has to answer the same today.
class AcknowledgingServer {
public:
    telnet::Bytes receive(std::span<const std::byte> input)
    {
        telnet::Bytes out;
        while (const auto event = decoder_.next(input)) {
            if (const auto* data = std::get_if<telnet::Data>(&*event))
                telnet::append_data(out, data->bytes);
            else if (const auto* asked = std::get_if<telnet::Negotiation>(&*event))
                negotiator_.receive(asked->verb, asked->option, out);
            else if (const auto* sub = std::get_if<telnet::Subnegotiation>(&*event))
                answer(*sub, out);
        }
        return out;
    }

private:
    static void answer(const telnet::Subnegotiation& sub, telnet::Bytes& out)
    {
        using telnet::com_port::Code;
        if (sub.option != telnet::option::com_port) return;
        const auto request = telnet::com_port::parse(sub.body);
        if (!request) return;
        if (request->code == Code::set_baudrate)
            telnet::com_port::append_baudrate_answer(out, request->value.value_or(0));
        else if (request->code == Code::notify_modemstate)
            telnet::com_port::append_answer(out, request->code, telnet::com_port::modem_state::cts);
        else
            telnet::com_port::append_answer(out, request->code,
                                            static_cast<std::uint8_t>(request->value.value_or(0)));
    }

    telnet::Decoder decoder_;
    telnet::Negotiator negotiator_{telnet::Negotiator::serial_server()};
};
