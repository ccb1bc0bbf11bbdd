#include "serial/port.hpp"

#include <random>
#include <span>
#include <string>

#include "libs/serial/pty.hpp"
#include "services/bridged/bridge_fixture.hpp"
#include "telnet/decoder.hpp"

/// A slot with a real tty and a real socket.
namespace {

using namespace bridged_tests;
using contract::SlotState;

class ASlotOnAPty : public OnASlot {
protected:
    ASlotOnAPty()
    {
        auto real = context();
        real.make_port = [](asio::io_context& loop, serial::PortInterface::Events events) {
            return std::make_unique<serial::Port>(loop, std::move(events));
        };
        slot = std::make_unique<bridged::Slot>(real, slot_config(), [](bridged::News) {});
    }
    void plug_in(const test::Pty& pty)
    {
        slot->device_added(device(pty.devnode()));
        ASSERT_TRUE(run_until([&] { return is(SlotState::idle); }));
    }
};

std::string random_bytes(std::size_t size, unsigned seed)
{
    std::mt19937 random{seed};
    std::string bytes(size, '\0');
    for (auto& byte : bytes) byte = static_cast<char>(random() >> 13);
    return bytes;
}

std::string doubled(const std::string& bytes)
{
    std::string result;
    for (const char byte : bytes) result.append(byte == '\xff' ? 2 : 1, byte);
    return result;
}

/// What of it is data.
std::string decoded(const std::string& wire)
{
    telnet::Decoder decoder;
    std::string data;
    auto rest = std::as_bytes(std::span{wire});
    while (const auto event = decoder.next(rest))
        if (const auto* piece = std::get_if<telnet::Data>(&*event))
            for (const auto byte : piece->bytes) data += static_cast<char>(byte);
    return data;
}

TEST_F(ASlotOnAPty, CarriesRandomBytesBothWaysAtOnceIntact)
{
    const test::Pty pty;
    plug_in(pty);
    const auto client = connect();
    client->send("\xff\xfb\x2c");
    const std::string greeting = "\xff\xfd\x2c\xff\xfa\x2c\x6b" + std::string(1, '\0') + "\xff\xf0";
    ASSERT_TRUE(run_until([&] { return client->received == greeting; }));

    const auto down = random_bytes(1 << 20, 1);
    const auto up = random_bytes(1 << 20, 2);
    client->send_all(doubled(down));
    const auto least = greeting.size() + doubled(up).size();
    std::string arrived;
    std::size_t said = 0;
    EXPECT_TRUE(run_until([&] {
        arrived += pty.hear();
        if (said < up.size()) said += pty.say(std::string_view{up}.substr(said, 4096));
        return arrived.size() == down.size() && client->received.size() >= least &&
               decoded(client->received).size() == up.size();
    }));
    EXPECT_TRUE(arrived == down);
    EXPECT_TRUE(decoded(client->received) == up);
}

TEST_F(ASlotOnAPty, AnswersAndHoldsWhatAPtyCannotDo)
{
    const test::Pty pty;
    plug_in(pty);
    const auto client = connect();
    client->send("\xff\xfa\x2c\x05\x08\xff\xf0\xff\xfa\x2c\x03\x03\xff\xf0"); // DTR ON, even
    const std::string answers = "\xff\xfa\x2c\x69\x08\xff\xf0\xff\xfa\x2c\x67\x03\xff\xf0";
    EXPECT_TRUE(run_until([&] { return client->received == answers; }));
    EXPECT_TRUE(slot->state().lines.dtr);
    EXPECT_EQ(slot->state().settings.parity, "E");
}

TEST_F(ASlotOnAPty, FindsItsClientAgainOnAnotherPtyOfTheSameSlot)
{
    auto first = std::make_unique<test::Pty>();
    plug_in(*first);
    const auto client = connect();
    client->send("one");
    std::string arrived;
    EXPECT_TRUE(run_until([&] { return (arrived += first->hear()) == "one"; }));

    const auto gone = device(first->devnode());
    first->unplug();
    EXPECT_TRUE(run_until([&] { return is(SlotState::away); }));
    slot->device_removed(gone);
    const test::Pty second;
    slot->device_added(device(second.devnode()));
    EXPECT_TRUE(run_until([&] { return is(SlotState::in_use); }));
    client->send("two");
    arrived.clear();
    EXPECT_TRUE(run_until([&] { return (arrived += second.hear()) == "two"; }));
}

TEST_F(ASlotOnAPty, IsEmptyWhenThePtyIsGoneAndNobodyWasConnected)
{
    test::Pty pty;
    plug_in(pty);
    const auto gone = device(pty.devnode());
    pty.unplug();
    slot->device_removed(gone);
    EXPECT_TRUE(run_until([&] { return is(SlotState::empty); }));
}

} // namespace
