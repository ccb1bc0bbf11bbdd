// What comes over the bus is understood or refused by the one exception, and understood again.

#include "contract/envelope.hpp"
#include "contract/messages.hpp"
#include "contract/verbs.hpp"
#include "fuzz/fuzz.hpp"

namespace {

template<typename Attempt>
void attempt(Attempt attempt)
{
    try {
        attempt();
    } catch (const contract::BadMessage&) {
        // refused, as it should be
    }
}

/// Understood once, a message can be said again, and then says the same.
template<typename Message>
void read_twice(const contract::Json& json)
{
    attempt([&] {
        const auto message = json.get<Message>();
        const contract::Json again(message);
        require(contract::parse_json(contract::to_text(again), "again").get<Message>() == message);
    });
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto text = text_of_input(data, size);
    attempt([&] {
        const auto header = contract::parse_header(text);
        require(contract::parse_header(contract::format_header(header)) == header);
    });
    attempt([&] {
        const auto request = contract::parse_request(text);
        const auto again = contract::parse_request(contract::format_request(request));
        require(again.id == request.id && again.verb == request.verb && again.args == request.args);
    });
    attempt([&] {
        const auto reply = contract::parse_reply(text);
        require(contract::parse_reply(contract::format_reply(reply)).id == reply.id);
    });
    attempt([&] {
        const auto json = contract::parse_json(text, "input");
        read_twice<contract::Device>(json);
        read_twice<contract::Slot>(json);
        read_twice<contract::Heartbeat>(json);
        read_twice<contract::BridgeSnapshot>(json);
        read_twice<contract::ReplayArgs>(json);
        read_twice<contract::ReplayAnswer>(json);
    });
    return 0;
}
