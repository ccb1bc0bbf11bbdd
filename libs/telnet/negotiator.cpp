#include "telnet/negotiator.hpp"

#include <utility>

#include "telnet/encoder.hpp"

namespace telnet {

Negotiator::Negotiator(Policy policy) : policy_(std::move(policy)) {}

Negotiator::Policy Negotiator::serial_server()
{
    const auto both_may = [](std::uint8_t option) {
        return option == option::binary || option == option::suppress_go_ahead ||
               option == option::com_port;
    };
    // pyserial's client asks for ECHO; who echoes is the board's affair, so we say yes to it.
    return {[both_may](std::uint8_t option) { return both_may(option) || option == option::echo; },
            both_may};
}

void Negotiator::receive(Verb verb, std::uint8_t option, Bytes& out)
{
    switch (verb) {
    case Verb::will:
        return agree(him_, option, policy_.peer_may(option), out);
    case Verb::wont:
        return object(him_, option, out);
    case Verb::do_:
        return agree(us_, option, policy_.we_may(option), out);
    case Verb::dont:
        return object(us_, option, out);
    }
}

void Negotiator::offer(std::uint8_t option, Bytes& out)
{
    want_on(us_, option, out);
}

void Negotiator::request(std::uint8_t option, Bytes& out)
{
    want_on(him_, option, out);
}

void Negotiator::withdraw(std::uint8_t option, Bytes& out)
{
    want_off(us_, option, out);
}

void Negotiator::forbid(std::uint8_t option, Bytes& out)
{
    want_off(him_, option, out);
}

bool Negotiator::ours(std::uint8_t option) const
{
    return us_.states[option] == State::yes;
}

bool Negotiator::peers(std::uint8_t option) const
{
    return him_.states[option] == State::yes;
}

/// The peer said WILL or DO.
void Negotiator::agree(Side& side, std::uint8_t option, bool allowed, Bytes& out)
{
    State& state = side.states[option];
    switch (state) {
    case State::no:
        append_negotiation(out, allowed ? side.on : side.off, option);
        if (allowed) state = State::yes;
        break;
    case State::yes:
        break;
    case State::want_no:
        state = State::no;
        break; // "off" answered by "on": an error
    case State::want_no_opposite:
        state = State::yes;
        break; // likewise, but it suits us
    case State::want_yes:
        state = State::yes;
        break;
    case State::want_yes_opposite:
        state = State::want_no;
        append_negotiation(out, side.off, option);
        break;
    }
}

/// The peer said WON'T or DON'T.
void Negotiator::object(Side& side, std::uint8_t option, Bytes& out)
{
    State& state = side.states[option];
    switch (state) {
    case State::no:
        break;
    case State::yes:
        state = State::no;
        append_negotiation(out, side.off, option);
        break;
    case State::want_no_opposite:
        state = State::want_yes;
        append_negotiation(out, side.on, option);
        break;
    case State::want_no:
    case State::want_yes:
    case State::want_yes_opposite:
        state = State::no;
        break;
    }
}

void Negotiator::want_on(Side& side, std::uint8_t option, Bytes& out)
{
    State& state = side.states[option];
    if (state == State::no) {
        state = State::want_yes;
        append_negotiation(out, side.on, option);
    } else if (state == State::want_no) {
        state = State::want_no_opposite;
    } else if (state == State::want_yes_opposite) {
        state = State::want_yes;
    }
}

void Negotiator::want_off(Side& side, std::uint8_t option, Bytes& out)
{
    State& state = side.states[option];
    if (state == State::yes) {
        state = State::want_no;
        append_negotiation(out, side.off, option);
    } else if (state == State::want_yes) {
        state = State::want_yes_opposite;
    } else if (state == State::want_no_opposite) {
        state = State::want_no;
    }
}

} // namespace telnet
