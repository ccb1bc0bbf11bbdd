#include "telnet/encoder.hpp"

#include <cstring>

namespace telnet {

namespace {

void append(Bytes& out, std::uint8_t byte)
{
    out.push_back(std::byte{byte});
}

} // namespace

void append_data(Bytes& out, std::span<const std::byte> data)
{
    while (!data.empty()) {
        const void* found = std::memchr(data.data(), std::to_integer<int>(iac), data.size());
        if (found == nullptr) {
            out.insert(out.end(), data.begin(), data.end());
            return;
        }
        const auto through = data.first(
            static_cast<std::size_t>(static_cast<const std::byte*>(found) - data.data()) + 1);
        out.insert(out.end(), through.begin(), through.end());
        out.push_back(iac);
        data = data.subspan(through.size());
    }
}

void append_negotiation(Bytes& out, Verb verb, std::uint8_t option)
{
    out.push_back(iac);
    append(out, static_cast<std::uint8_t>(verb));
    append(out, option);
}

void append_subnegotiation(Bytes& out, std::uint8_t option, std::span<const std::byte> body)
{
    out.push_back(iac);
    append(out, static_cast<std::uint8_t>(Command::sb));
    append(out, option);
    append_data(out, body);
    out.push_back(iac);
    append(out, static_cast<std::uint8_t>(Command::se));
}

} // namespace telnet
