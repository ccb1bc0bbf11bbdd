#include "telnet/decoder.hpp"

#include <algorithm>
#include <cstring>

namespace telnet {

namespace {

/// How many bytes come before the first IAC.
std::size_t run_length(std::span<const std::byte> bytes)
{
    if (bytes.empty()) return 0;
    const void* found = std::memchr(bytes.data(), std::to_integer<int>(iac), bytes.size());
    if (found == nullptr) return bytes.size();
    return static_cast<std::size_t>(static_cast<const std::byte*>(found) - bytes.data());
}

bool is_escaped_iac(std::span<const std::byte> bytes)
{
    return bytes.size() >= 2 && bytes[0] == iac && bytes[1] == iac;
}

std::span<const std::byte> take(std::span<const std::byte>& input, std::size_t count)
{
    const auto taken = input.first(count);
    input = input.subspan(count);
    return taken;
}

} // namespace

std::optional<Event> Decoder::next(std::span<const std::byte>& input)
{
    while (!input.empty()) {
        std::optional<Event> event;
        switch (state_) {
        case State::data:
            event = on_data(input);
            break;
        case State::command:
            event = on_command(input);
            break;
        case State::option:
            state_ = State::data;
            event = Negotiation{verb_, std::to_integer<std::uint8_t>(take(input, 1)[0])};
            break;
        case State::sub_option:
            on_sub_option(take(input, 1)[0]);
            break;
        case State::body:
            on_body(input);
            break;
        case State::body_iac:
            event = on_body_iac(input);
            break;
        }
        if (event) return event;
    }
    return std::nullopt;
}

std::optional<Event> Decoder::on_data(std::span<const std::byte>& input)
{
    const auto run = run_length(input);
    if (is_escaped_iac(input.subspan(run))) return Data{gather(input)};
    if (run > 0) return Data{take(input, run)};
    take(input, 1);
    state_ = State::command;
    return std::nullopt;
}

std::span<const std::byte> Decoder::gather(std::span<const std::byte>& input)
{
    std::size_t size = 0;
    for (;;) {
        const auto run = take(input, std::min(run_length(input), gathered_.size() - size));
        // Not ranges::copy: that of libstdc++ 12 goes byte by byte.
        std::copy(run.begin(), run.end(), gathered_.begin() + static_cast<std::ptrdiff_t>(size));
        size += run.size();
        if (size == gathered_.size() || !is_escaped_iac(input)) break;
        take(input, 2);
        gathered_[size++] = iac;
    }
    return std::span{gathered_}.first(size);
}

std::optional<Event> Decoder::on_command(std::span<const std::byte>& input)
{
    state_ = State::data;
    if (input.front() == iac) {
        // The second IAC is the 0xFF that is meant, and the run behind it needs no event of its
        // own.
        return Data{take(input, 1 + run_length(input.subspan(1)))};
    }
    const auto code = std::to_integer<std::uint8_t>(take(input, 1)[0]);
    if (code >= static_cast<std::uint8_t>(Verb::will)) {
        verb_ = static_cast<Verb>(code);
        state_ = State::option;
    } else if (code == static_cast<std::uint8_t>(Command::sb)) {
        state_ = State::sub_option;
    } else if (code > static_cast<std::uint8_t>(Command::se)) {
        return CommandByte{static_cast<Command>(code)};
    }
    return std::nullopt; // a stray SE, or what RFC 854 gives no meaning
}

void Decoder::on_sub_option(std::byte byte)
{
    if (byte == iac) { // no option at all: the subnegotiation is void, and this begins a command
        state_ = State::command;
        return;
    }
    option_ = std::to_integer<std::uint8_t>(byte);
    body_size_ = 0;
    oversized_ = false;
    state_ = State::body;
}

void Decoder::on_body(std::span<const std::byte>& input)
{
    append_body(take(input, run_length(input)));
    if (input.empty()) return;
    take(input, 1);
    state_ = State::body_iac;
}

std::optional<Event> Decoder::on_body_iac(std::span<const std::byte>& input)
{
    if (input.front() == iac) {
        append_body(take(input, 1));
        state_ = State::body;
        return std::nullopt;
    }
    // Anything but SE is left in the input, to be read as the command that it is.
    state_ = State::command;
    if (input.front() == std::byte{static_cast<std::uint8_t>(Command::se)}) {
        take(input, 1);
        state_ = State::data;
    }
    if (oversized_) return OversizedSubnegotiation{option_};
    return Subnegotiation{option_, std::span{body_}.first(body_size_)};
}

void Decoder::append_body(std::span<const std::byte> bytes)
{
    if (bytes.size() > body_.size() - body_size_) {
        oversized_ = true; // for good: body_size_ no longer matters
        return;
    }
    std::copy(bytes.begin(), bytes.end(), body_.begin() + static_cast<std::ptrdiff_t>(body_size_));
    body_size_ += bytes.size();
}

} // namespace telnet
