#include "bridged/conversation.hpp"

#include <array>
#include <utility>

namespace bridged {

namespace {

constexpr std::array lone_iac{telnet::iac};

} // namespace

Conversation::Conversation(asio::io_context& io, SerialLine& line, SendQueue& out, Role role,
                           std::string signature, std::function<void()> resume)
    : line_(line),
      out_(out),
      role_(role),
      negotiator_(telnet::Negotiator::serial_server()),
      com_port_(io, line, out, role, std::move(signature), std::move(resume))
{
}

bool Conversation::hear(std::span<const std::byte>& input)
{
    if (kind_ == Kind::unknown) decide(input);
    switch (kind_) {
    case Kind::unknown:
        return input.empty();
    case Kind::raw:
        return hear_raw(input);
    case Kind::telnet:
        return hear_telnet(input);
    }
    return true;
}

/// A lone IAC decides nothing yet; it is given to whom it turns out to belong.
void Conversation::decide(std::span<const std::byte>& input)
{
    if (!began_with_iac_ && !input.empty()) {
        if (input.front() != telnet::iac) {
            kind_ = Kind::raw;
            return;
        }
        began_with_iac_ = true;
        input = input.subspan(1);
    }
    if (input.empty()) return;
    const auto second = std::to_integer<std::uint8_t>(input.front());
    if (second >= 0xF0 && second <= 0xFE) {
        kind_ = Kind::telnet;
        out_.escape(true);
        std::span<const std::byte> first{lone_iac};
        decoder_.next(first);
    } else {
        kind_ = Kind::raw;
        data_ = lone_iac;
    }
}

bool Conversation::pass_on_data()
{
    if (data_.empty()) return true;
    if (role_ == Role::observer) {
        ignored_ += std::exchange(data_, {}).size();
        return true;
    }
    const bool takes_data = line_.takes_data();
    com_port_.notices().line_full(!takes_data);
    if (takes_data) line_.write(std::exchange(data_, {}));
    return takes_data;
}

bool Conversation::hear_raw(std::span<const std::byte>& input)
{
    if (!pass_on_data()) return false;
    data_ = std::exchange(input, {});
    return pass_on_data();
}

bool Conversation::hear_telnet(std::span<const std::byte>& input)
{
    while (pass_on_data() && !com_port_.busy()) {
        const auto event = decoder_.next(input);
        if (!event) return true;
        handle(*event);
    }
    return false;
}

void Conversation::handle(const telnet::Event& event)
{
    if (const auto* data = std::get_if<telnet::Data>(&event)) {
        data_ = data->bytes;
    } else if (const auto* negotiation = std::get_if<telnet::Negotiation>(&event)) {
        handle(*negotiation);
    } else if (const auto* sub = std::get_if<telnet::Subnegotiation>(&event)) {
        if (sub->option != telnet::option::com_port) return;
        if (const auto request = telnet::com_port::parse(sub->body)) com_port_.receive(*request);
    } else if (const auto* command = std::get_if<telnet::CommandByte>(&event)) {
        // Some visible evidence (RFC 854), but none that would look like the board's.
        constexpr std::array here{telnet::iac,
                                  std::byte{static_cast<std::uint8_t>(telnet::Command::nop)}};
        if (command->command == telnet::Command::are_you_there) out_.answer(here);
        if (command->command == telnet::Command::brk) com_port_.send_break();
    }
}

void Conversation::handle(const telnet::Negotiation& negotiation)
{
    scratch_.clear();
    negotiator_.receive(negotiation.verb, negotiation.option, scratch_);
    out_.answer(scratch_);
    if (negotiator_.ours(telnet::option::com_port) || negotiator_.peers(telnet::option::com_port))
        com_port_.notices().agreed();
}

} // namespace bridged
