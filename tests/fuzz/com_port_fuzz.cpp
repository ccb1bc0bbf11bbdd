// Any body is a request or nothing, and what answers it can be read back.

#include "fuzz/fuzz.hpp"
#include "telnet/com_port.hpp"
#include "telnet/decoder.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace telnet::com_port;
    const auto input = bytes_of_input(data, size);
    const auto request = parse(input);
    if (!request) return 0;

    telnet::Bytes out;
    if (request->code == Code::signature)
        append_signature_answer(out, request->text);
    else if (request->code == Code::set_baudrate)
        append_baudrate_answer(out, request->value.value());
    else if (request->value)
        append_answer(out, request->code, static_cast<std::uint8_t>(*request->value));
    else
        append_answer(out, request->code);

    // The answer is the request, with the code of a server.
    telnet::Decoder decoder;
    std::span<const std::byte> rest = out;
    const auto event = decoder.next(rest);
    require(event.has_value() && rest.empty());
    if (input.size() > telnet::Decoder::max_body) return 0;
    const auto& answer = std::get<telnet::Subnegotiation>(*event);
    require(answer.option == telnet::option::com_port && answer.body.size() == input.size());
    require(std::to_integer<int>(answer.body[0]) == std::to_integer<int>(input[0]) + 100);
    for (std::size_t i = 1; i < input.size(); ++i) require(answer.body[i] == input[i]);
    return 0;
}
