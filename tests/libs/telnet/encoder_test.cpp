#include "telnet/encoder.hpp"

#include <random>

#include <gmock/gmock.h>

#include "libs/telnet/bytes.hpp"

namespace {

using testing::ElementsAre;

TEST(TelnetEncoder, DoublesEachIacOfTheDataAndNothingElse)
{
    const struct {
        telnet::Bytes data, wire;
    } table[] = {
        {of({}), of({})},
        {of("plain\r\n"), of("plain\r\n")},
        {of({255}), of({255, 255})},
        {of({'a', 255}), of({'a', 255, 255})},
        {of({255, 'a'}), of({255, 255, 'a'})},
        {of({255, 255, 0, 255}), of({255, 255, 255, 255, 0, 255, 255})},
    };
    for (const auto& row : table) {
        telnet::Bytes out;
        telnet::append_data(out, row.data);
        EXPECT_EQ(hex(out), hex(row.wire));
    }
}

TEST(TelnetEncoder, AppendsBehindWhatIsThere)
{
    telnet::Bytes out = of("x");
    telnet::append_negotiation(out, telnet::Verb::do_, telnet::option::com_port);
    EXPECT_EQ(hex(out), "78 FF FD 2C");
}

TEST(TelnetEncoder, FramesASubnegotiationAndDoublesIacInItsBody)
{
    telnet::Bytes out;
    telnet::append_subnegotiation(out, 44, of({101, 0, 255, 0, 240}));
    EXPECT_EQ(hex(out), "FF FA 2C 65 00 FF FF 00 F0 FF F0");
}

TEST(TelnetEncoder, RandomDataComesBackFromTheDecoder)
{
    for (std::uint32_t seed = 1; seed <= 20; ++seed) {
        std::mt19937 random{seed};
        telnet::Bytes data(2000), wire;
        for (auto& byte : data)
            byte = random() % 3 ? static_cast<std::byte>(random()) : telnet::iac;
        telnet::append_data(wire, data);
        EXPECT_THAT(decode(wire), ElementsAre("data " + hex(data)));
    }
}

} // namespace
