#include "telnet/negotiator.hpp"

#include <array>
#include <random>

#include <gtest/gtest.h>

#include "libs/telnet/bytes.hpp"

namespace {

using telnet::Negotiator;
using telnet::Verb;

const Negotiator::Policy agreeable{[](std::uint8_t) { return true; },
                                   [](std::uint8_t) { return true; }};

std::string receive(Negotiator& negotiator, Verb verb, std::uint8_t option)
{
    telnet::Bytes out;
    negotiator.receive(verb, option, out);
    return hex(out);
}

TEST(TelnetNegotiator, AgreesToTheOptionsOfASerialServerAndRefusesOthers)
{
    const struct {
        Verb verb;
        std::uint8_t option;
        const char* answer;
    } table[] = {
        {Verb::will, telnet::option::binary, "FF FD 00"},
        {Verb::do_, telnet::option::binary, "FF FB 00"},
        {Verb::do_, telnet::option::echo, "FF FB 01"},
        {Verb::will, telnet::option::echo, "FF FE 01"},
        {Verb::will, telnet::option::suppress_go_ahead, "FF FD 03"},
        {Verb::do_, telnet::option::suppress_go_ahead, "FF FB 03"},
        {Verb::will, telnet::option::com_port, "FF FD 2C"},
        {Verb::do_, telnet::option::com_port, "FF FB 2C"},
        {Verb::will, 24, "FF FE 18"},
        {Verb::do_, 255, "FF FC FF"},
        {Verb::wont, telnet::option::com_port, ""},
        {Verb::dont, telnet::option::com_port, ""},
    };
    for (const auto& row : table) {
        Negotiator negotiator{Negotiator::serial_server()};
        EXPECT_EQ(receive(negotiator, row.verb, row.option), row.answer);
    }
}

TEST(TelnetNegotiator, DoesNotRepeatAnAgreement)
{
    Negotiator negotiator{Negotiator::serial_server()};
    EXPECT_EQ(receive(negotiator, Verb::do_, 44), "FF FB 2C");
    EXPECT_EQ(receive(negotiator, Verb::do_, 44), "");
    EXPECT_TRUE(negotiator.ours(44));
    EXPECT_FALSE(negotiator.peers(44));
}

TEST(TelnetNegotiator, TakesAnAnswerToItsOfferWithoutAnsweringIt)
{
    Negotiator negotiator{Negotiator::serial_server()};
    telnet::Bytes out;
    negotiator.offer(44, out);
    negotiator.offer(44, out);
    EXPECT_EQ(hex(out), "FF FB 2C") << "asked once";
    EXPECT_FALSE(negotiator.ours(44)) << "not before the answer";
    EXPECT_EQ(receive(negotiator, Verb::do_, 44), "");
    EXPECT_TRUE(negotiator.ours(44));
}

TEST(TelnetNegotiator, TakesARefusalOfItsRequest)
{
    Negotiator negotiator{Negotiator::serial_server()};
    telnet::Bytes out;
    negotiator.request(44, out);
    EXPECT_EQ(hex(out), "FF FD 2C");
    EXPECT_EQ(receive(negotiator, Verb::wont, 44), "");
    EXPECT_FALSE(negotiator.peers(44));
}

TEST(TelnetNegotiator, SwitchesAnOptionOffWhenThePeerDoes)
{
    Negotiator negotiator{Negotiator::serial_server()};
    receive(negotiator, Verb::do_, 44);
    EXPECT_EQ(receive(negotiator, Verb::dont, 44), "FF FC 2C");
    EXPECT_FALSE(negotiator.ours(44));
}

TEST(TelnetNegotiator, ChangesItsMindOnlyAfterTheAnswer)
{
    Negotiator negotiator{agreeable};
    telnet::Bytes out;
    negotiator.offer(7, out);
    negotiator.withdraw(7, out);
    EXPECT_EQ(hex(out), "FF FB 07") << "RFC 1143: one question at a time";
    EXPECT_EQ(receive(negotiator, Verb::do_, 7), "FF FC 07");
    EXPECT_EQ(receive(negotiator, Verb::dont, 7), "");
    EXPECT_FALSE(negotiator.ours(7));
}

TEST(TelnetNegotiator, AsksAgainAfterAWithdrawalThatWasTakenBack)
{
    Negotiator negotiator{agreeable};
    telnet::Bytes out;
    receive(negotiator, Verb::will, 7);
    negotiator.forbid(7, out);
    negotiator.request(7, out);
    EXPECT_EQ(hex(out), "FF FE 07");
    EXPECT_EQ(receive(negotiator, Verb::wont, 7), "FF FD 07");
    EXPECT_EQ(receive(negotiator, Verb::will, 7), "");
    EXPECT_TRUE(negotiator.peers(7));
}

/// Both ends and the two wires between them.
struct Conversation {
    std::array<Negotiator, 2> ends;
    std::array<telnet::Bytes, 2> sent{}; ///< by each end, not yet received

    void want(std::size_t end, unsigned long what, std::uint8_t option)
    {
        switch (what % 4) {
        case 0:
            return ends[end].offer(option, sent[end]);
        case 1:
            return ends[end].request(option, sent[end]);
        case 2:
            return ends[end].withdraw(option, sent[end]);
        default:
            return ends[end].forbid(option, sent[end]);
        }
    }
    /// Delivers one message of one end, if it has sent any.
    void deliver(std::size_t end)
    {
        auto& wire = sent[end];
        if (wire.empty()) return;
        const auto verb = static_cast<Verb>(wire[1]);
        const auto option = std::to_integer<std::uint8_t>(wire[2]);
        wire.erase(wire.begin(), wire.begin() + 3);
        ends[1 - end].receive(verb, option, sent[1 - end]);
    }
    bool silent() const { return sent[0].empty() && sent[1].empty(); }
};

TEST(TelnetNegotiator, TwoOfThemAlwaysFallSilentAndAgree)
{
    for (std::uint32_t seed = 1; seed <= 500; ++seed) {
        std::mt19937 random{seed};
        const auto picky = [salt = random()](std::uint8_t option) {
            return (option + salt) % 3 != 0;
        };
        Conversation talk{{Negotiator{agreeable}, Negotiator{{picky, picky}}}};
        for (int step = 0; step < 60; ++step) {
            const auto option = static_cast<std::uint8_t>(random() % 4);
            talk.want(random() % 2, random(), option);
            for (auto messages = random() % 4; messages > 0; --messages) talk.deliver(random() % 2);
        }
        int messages = 0;
        for (; !talk.silent() && messages < 1000; ++messages) talk.deliver(random() % 2);

        ASSERT_TRUE(talk.silent()) << "seed " << seed;
        for (std::uint8_t option = 0; option < 4; ++option) {
            EXPECT_EQ(talk.ends[0].ours(option), talk.ends[1].peers(option)) << "seed " << seed;
            EXPECT_EQ(talk.ends[1].ours(option), talk.ends[0].peers(option)) << "seed " << seed;
        }
    }
}

TEST(TelnetNegotiator, AnswersAHostilePeerAtMostOnceForEachMessage)
{
    for (std::uint32_t seed = 1; seed <= 50; ++seed) {
        std::mt19937 random{seed};
        Negotiator negotiator{Negotiator::serial_server()};
        for (int step = 0; step < 500; ++step) {
            telnet::Bytes out;
            negotiator.receive(static_cast<Verb>(251 + random() % 4),
                               static_cast<std::uint8_t>(random()), out);
            EXPECT_LE(out.size(), 3u);
        }
    }
}

} // namespace
