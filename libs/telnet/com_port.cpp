#include "telnet/com_port.hpp"

#include <array>

#include "telnet/encoder.hpp"

namespace telnet::com_port {

namespace {

constexpr std::uint8_t server_offset = 100; // RFC 2217 section 3: a server's codes

std::byte answer_code(Code code)
{
    return std::byte{static_cast<std::uint8_t>(static_cast<std::uint8_t>(code) + server_offset)};
}

/// Big-endian, as all numbers of the RFC.
std::uint32_t number(std::span<const std::byte> bytes)
{
    std::uint32_t value = 0;
    for (const std::byte byte : bytes) value = value << 8 | std::to_integer<std::uint32_t>(byte);
    return value;
}

bool length_fits(Code code, std::size_t length)
{
    switch (code) {
    case Code::signature:
        return true;
    case Code::set_baudrate:
        return length == 4;
    case Code::notify_linestate:
    case Code::notify_modemstate:
        return length <= 1;
    case Code::flowcontrol_suspend:
    case Code::flowcontrol_resume:
        return length == 0;
    case Code::set_datasize:
    case Code::set_parity:
    case Code::set_stopsize:
    case Code::set_control:
    case Code::set_linestate_mask:
    case Code::set_modemstate_mask:
    case Code::purge_data:
        return length == 1;
    }
    return false;
}

} // namespace

std::optional<Request> parse(std::span<const std::byte> body)
{
    if (body.empty() || body.front() > std::byte{static_cast<std::uint8_t>(Code::purge_data)})
        return std::nullopt;
    const auto code = static_cast<Code>(body.front());
    const auto rest = body.subspan(1);
    if (!length_fits(code, rest.size())) return std::nullopt;

    Request request{code, std::nullopt, {}};
    if (code == Code::signature) {
        request.text.reserve(rest.size());
        for (const std::byte byte : rest)
            request.text.push_back(static_cast<char>(std::to_integer<unsigned char>(byte)));
    } else if (!rest.empty()) {
        request.value = number(rest);
    }
    return request;
}

void append_answer(Bytes& out, Code code, std::uint8_t value)
{
    append_subnegotiation(out, option::com_port, std::array{answer_code(code), std::byte{value}});
}

void append_baudrate_answer(Bytes& out, std::uint32_t baud)
{
    const auto octet = [baud](unsigned shift) {
        return std::byte{static_cast<std::uint8_t>(baud >> shift)};
    };
    append_subnegotiation(
        out, option::com_port,
        std::array{answer_code(Code::set_baudrate), octet(24), octet(16), octet(8), octet(0)});
}

void append_signature_answer(Bytes& out, std::string_view text)
{
    Bytes body{answer_code(Code::signature)};
    const auto bytes = std::as_bytes(std::span{text});
    body.insert(body.end(), bytes.begin(), bytes.end());
    append_subnegotiation(out, option::com_port, body);
}

void append_answer(Bytes& out, Code code)
{
    append_subnegotiation(out, option::com_port, std::array{answer_code(code)});
}

} // namespace telnet::com_port
