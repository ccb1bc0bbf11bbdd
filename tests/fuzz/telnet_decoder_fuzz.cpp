// A telnet stream says the same in one piece and byte by byte, and never answers at length.

#include <string>

#include "fuzz/fuzz.hpp"
#include "libs/telnet/bytes.hpp"
#include "telnet/negotiator.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto input = bytes_of_input(data, size);
    std::vector<std::span<const std::byte>> single_bytes;
    for (std::size_t i = 0; i < input.size(); ++i) single_bytes.push_back(input.subspan(i, 1));
    telnet::Decoder whole, pieces;
    require(decode({input}, whole) == decode(single_bytes, pieces));

    telnet::Decoder decoder;
    telnet::Negotiator negotiator{telnet::Negotiator::serial_server()};
    auto rest = input;
    while (const auto event = decoder.next(rest)) {
        if (const auto* sub = std::get_if<telnet::Subnegotiation>(&*event))
            require(sub->body.size() <= telnet::Decoder::max_body);
        if (const auto* asked = std::get_if<telnet::Negotiation>(&*event)) {
            telnet::Bytes out;
            negotiator.receive(asked->verb, asked->option, out);
            require(out.size() <= 3);
        }
    }
    require(rest.empty());
    return 0;
}
