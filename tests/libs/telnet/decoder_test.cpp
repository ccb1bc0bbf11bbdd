#include "telnet/decoder.hpp"

#include <algorithm>
#include <random>

#include <gmock/gmock.h>

#include "libs/telnet/bytes.hpp"
#include "telnet/encoder.hpp"

namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr int will = 251, dont = 254, se = 240, sb = 250;

TEST(TelnetDecoder, PassesOnPlainDataAsOneSpanOfTheInput)
{
    const auto bytes = of("boot\r\n");
    std::span<const std::byte> input = bytes;
    telnet::Decoder decoder;

    const auto event = decoder.next(input);

    ASSERT_TRUE(event);
    EXPECT_EQ(std::get<telnet::Data>(*event).bytes.data(), bytes.data());
    EXPECT_EQ(std::get<telnet::Data>(*event).bytes.size(), bytes.size());
    EXPECT_FALSE(decoder.next(input));
}

TEST(TelnetDecoder, TurnsADoubledIacIntoOneByte)
{
    EXPECT_THAT(decode(of({'a', 255, 255, 'b'})), ElementsAre("data 61 FF 62"));
    EXPECT_THAT(decode(of({255, 255, 255, 255})), ElementsAre("data FF FF"));
}

TEST(TelnetDecoder, LeavesCarriageReturnNulAlone)
{
    EXPECT_THAT(decode(of({'\r', 0, '\n'})), ElementsAre("data 0D 00 0A"));
}

TEST(TelnetDecoder, TellsNegotiationsOfAnyOption)
{
    EXPECT_THAT(decode(of({255, will, 44, 255, dont, 255})),
                ElementsAre("verb 251 option 44", "verb 254 option 255"));
}

TEST(TelnetDecoder, TellsCommandsAndIgnoresWhatIsNone)
{
    EXPECT_THAT(decode(of({255, 246, 'a', 255, 241})),
                ElementsAre("command 246", "data 61", "command 241"));
    EXPECT_THAT(decode(of({255, se, 255, 239, 255, 0, 'a'})), ElementsAre("data 61"));
}

TEST(TelnetDecoder, UnescapesDoubledIacInsideASubnegotiation)
{
    EXPECT_THAT(decode(of({255, sb, 44, 1, 255, 255, 255, se, 'x'})),
                ElementsAre("sub 44: 01 FF", "data 78"));
}

TEST(TelnetDecoder, TakesASubnegotiationWithAnEmptyBody)
{
    EXPECT_THAT(decode(of({255, sb, 44, 255, se})), ElementsAre("sub 44: "));
}

TEST(TelnetDecoder, DropsASubnegotiationThatNamesNoOption)
{
    EXPECT_THAT(decode(of({255, sb, 255, se, 'x'})), ElementsAre("data 78"));
}

TEST(TelnetDecoder, ACommandInsideASubnegotiationEndsIt)
{
    EXPECT_THAT(decode(of({255, sb, 44, 5, 8, 255, will, 3, 'x'})),
                ElementsAre("sub 44: 05 08", "verb 251 option 3", "data 78"));
    EXPECT_THAT(decode(of({255, sb, 44, 5, 255, sb, 44, 7, 255, se})),
                ElementsAre("sub 44: 05", "sub 44: 07"));
}

TEST(TelnetDecoder, TakesABodyOfTheLargestSize)
{
    telnet::Bytes bytes;
    const telnet::Bytes body(telnet::Decoder::max_body, telnet::iac);
    telnet::append_subnegotiation(bytes, 44, body);

    EXPECT_THAT(decode(bytes), ElementsAre("sub 44: " + hex(body)));
}

TEST(TelnetDecoder, SkipsAnOversizedBodyToItsEndAndTellsItOnce)
{
    telnet::Bytes bytes;
    telnet::append_subnegotiation(bytes, 44, telnet::Bytes(100'000, std::byte{'x'}));
    telnet::append_subnegotiation(bytes, 44, of({1, 2}));
    telnet::append_data(bytes, of("y"));

    EXPECT_THAT(decode(bytes), ElementsAre("oversized 44", "sub 44: 01 02", "data 79"));
}

TEST(TelnetDecoder, TellsNothingOfAnUnfinishedCommand)
{
    EXPECT_THAT(decode(of({255})), IsEmpty());
    EXPECT_THAT(decode(of({255, will})), IsEmpty());
    EXPECT_THAT(decode(of({255, sb, 44, 1, 2, 3})), IsEmpty());
}

/// Everything that the tests above hold, in a row.
telnet::Bytes everything()
{
    telnet::Bytes bytes = of({'a', 255, 255, 'b', 255, will, 44, 255, 246, 255, se, 255, 1, 'c'});
    telnet::append_subnegotiation(bytes, 44, of({1, 0, 255, 255, 0}));
    telnet::append_subnegotiation(bytes, 44, telnet::Bytes(257, std::byte{255}));
    for (const auto byte : of({255, sb, 255, se, 255, sb, 44, 5, 8, 255, will, 3, 'z', 255, 255}))
        bytes.push_back(byte);
    return bytes;
}

TEST(TelnetDecoder, SaysTheSameHoweverTheStreamIsCutInTwo)
{
    const auto bytes = everything();
    const auto whole = decode(bytes);
    for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
        const auto all = std::span<const std::byte>{bytes};
        telnet::Decoder decoder;
        EXPECT_EQ(decode({all.first(cut), all.subspan(cut)}, decoder), whole) << "cut at " << cut;
    }
}

TEST(TelnetDecoder, SaysTheSameByteByByteAndInRandomPieces)
{
    const auto bytes = everything();
    const auto whole = decode(bytes);
    std::mt19937 random{2217};
    for (std::size_t longest = 1; longest < 40; ++longest) {
        std::vector<std::span<const std::byte>> pieces;
        for (std::span<const std::byte> rest = bytes; !rest.empty();) {
            pieces.push_back(
                rest.first(std::min<std::size_t>(1 + random() % longest, rest.size())));
            rest = rest.subspan(pieces.back().size());
        }
        telnet::Decoder decoder;
        EXPECT_EQ(decode(pieces, decoder), whole) << "pieces of up to " << longest;
    }
}

/// As a file of random bytes that a client sends.
TEST(TelnetDecoder, TellsRunsBetweenEscapedIacsTogether)
{
    std::mt19937 random{44};
    telnet::Bytes sent(100'000);
    std::ranges::generate(sent, [&] { return static_cast<std::byte>(random()); });
    std::fill_n(sent.begin() + 30'000, 20'000, telnet::iac);
    telnet::Bytes escaped, heard;
    for (const auto byte : sent) {
        escaped.push_back(byte);
        if (byte == telnet::iac) escaped.push_back(byte);
    }
    telnet::Decoder decoder;
    std::size_t events = 0;
    for (std::span<const std::byte> input = escaped; !input.empty();) {
        const auto event = decoder.next(input);
        ASSERT_TRUE(event);
        const auto bytes = std::get<telnet::Data>(*event).bytes;
        heard.insert(heard.end(), bytes.begin(), bytes.end());
        ++events;
    }
    EXPECT_EQ(heard, sent);
    EXPECT_LE(events, sent.size() / 8000 + 1);
}

TEST(TelnetDecoder, SurvivesRandomBytesAndKeepsItsBounds)
{
    for (std::uint32_t seed = 1; seed <= 50; ++seed) {
        std::mt19937 random{seed};
        telnet::Bytes bytes(4096);
        for (auto& byte : bytes) {
            const auto value = random();
            byte = static_cast<std::byte>(value % 3 == 0 ? 0xF0 + value / 3 % 16 : value >> 8);
        }
        telnet::Decoder decoder;
        std::span<const std::byte> input = bytes;
        while (const auto event = decoder.next(input)) {
            if (const auto* data = std::get_if<telnet::Data>(&*event)) {
                EXPECT_FALSE(data->bytes.empty());
            }
            if (const auto* sub = std::get_if<telnet::Subnegotiation>(&*event)) {
                EXPECT_LE(sub->body.size(), telnet::Decoder::max_body);
            }
        }
        EXPECT_TRUE(input.empty());
    }
}

} // namespace
