#include "services/bridged/bridge_fixture.hpp"

namespace {

using namespace bridged_tests;
using contract::SlotState;
using testing::ElementsAre;
using testing::HasSubstr;

class ASlotWithClients : public OnASlot {
protected:
    void SetUp() override { plug_in_at_once(); }
};

TEST_F(ASlotWithClients, CarriesARawClientsBytesBothWaysUntouched)
{
    const auto client = connect();
    const std::string bytes = "hello\r\n\xff\xfe" + std::string(1, '\0');
    client->send(bytes);
    EXPECT_TRUE(run_until([&] { return tty().written == bytes; }));
    tty().receive("\xff\xf0 world");
    EXPECT_TRUE(run_until([&] { return client->received == "\xff\xf0 world"; }));
    EXPECT_EQ(slot->state().client->kind, "raw");
}

TEST_F(ASlotWithClients, TakesALoneIacForRawWhenNoCommandFollows)
{
    const auto client = connect();
    client->send("\xff");
    EXPECT_TRUE(run_until([&] { return slot->held_against("").has_value(); }));
    client->send("\xff\x01");
    EXPECT_TRUE(run_until([&] { return tty().written == "\xff\xff\x01"; }));
    EXPECT_EQ(slot->state().client->kind, "raw");
}

TEST_F(ASlotWithClients, SendsNoByteOfTelnetBeforeTheClientDoes)
{
    const auto client = connect();
    tty().receive("boot");
    EXPECT_TRUE(run_until([&] { return client->received == "boot"; }));
    EXPECT_EQ(slot->state().client->kind, "unknown");
}

TEST_F(ASlotWithClients, KeepsAnsweringForAWhileAfterTheClientHasClosedItsSide)
{
    const auto client = connect();
    client->send("x");
    client->finish();
    EXPECT_TRUE(run_until([&] { return is(SlotState::idle); }));
    EXPECT_EQ(tty().written, "x");
    tty().receive("answer");
    EXPECT_TRUE(run_until([&] { return client->received == "answer"; }));
    EXPECT_TRUE(run_until([&] { return client->at_end; }));
}

TEST_F(ASlotWithClients, IsFreeForTheNextClientWhileTheLastOneStillListens)
{
    const auto first = connect();
    first->finish();
    EXPECT_TRUE(run_until([&] { return is(SlotState::idle); }));
    const auto second = connect();
    tty().receive("both");
    EXPECT_TRUE(run_until([&] { return first->received == "both" && second->received == "both"; }));
}

TEST_F(ASlotWithClients, IsFreeAtOnceAfterAReset)
{
    connect()->reset();
    EXPECT_TRUE(run_until([&] { return is(SlotState::idle); }));
}

TEST_F(ASlotWithClients, RefusesASecondClientWithOneLineThatNamesTheFirst)
{
    const auto first = connect();
    Client second{io, port};
    second.send("something unread");
    EXPECT_TRUE(run_until([&] { return second.received.ends_with("\r\n"); }));
    EXPECT_THAT(second.received, HasSubstr("ESP32 A is in use by " + first->address()));
    EXPECT_TRUE(run_until([&] { return second.at_end; }));
    EXPECT_EQ(slot->held_against(""), first->address());
    first->send("still mine");
    EXPECT_TRUE(run_until([&] { return tty().written == "still mine"; }));
}

TEST_F(ASlotWithClients, StopsReadingTheClientWhileTheTtyTakesNothingAndLosesNothing)
{
    tty().takes_bytes = false;
    const auto client = connect();
    std::string sent(3 << 20, '\0');
    for (std::size_t at = 0; at < sent.size(); ++at) sent[at] = static_cast<char>(at % 251);
    client->send_all(sent);
    EXPECT_TRUE(run_until([&] { return !slot->line().takes_data(); }));
    run_what_is_ready();
    EXPECT_TRUE(is(SlotState::in_use));
    EXPECT_TRUE(tty().written.empty());

    tty().takes_bytes = true;
    tty().release();
    EXPECT_TRUE(run_until([&] { return tty().written.size() == sent.size(); }));
    EXPECT_TRUE(tty().written == sent);
}

TEST_F(ASlotWithClients, NoticesAResetWhileItDoesNotReadTheClient)
{
    tty().takes_bytes = false;
    const auto client = connect();
    client->send_all(std::string(1 << 20, 'x'));
    EXPECT_TRUE(run_until([&] { return !slot->line().takes_data(); }));
    run_what_is_ready();
    client->reset();
    EXPECT_TRUE(run_until([&] { return is(SlotState::idle); }));
}

TEST_F(ASlotWithClients, DropsTheOldestOutputOfAClientThatDoesNotReadAndCountsIt)
{
    const auto client = connect();
    client->send("x");
    EXPECT_TRUE(run_until([&] { return tty().written == "x"; }));
    client->stop_reading();
    std::size_t sent = 0;
    const std::string chunk(4096, 'b');
    const auto drops = [&] { return slot->counters()["drops"].get<std::uint64_t>(); };
    while (drops() == 0 && sent < (64U << 20)) {
        tty().receive(chunk);
        sent += chunk.size();
        run_what_is_ready();
    }
    tty().receive("the end");
    run_what_is_ready();
    EXPECT_GT(drops(), 0u);
    EXPECT_EQ(slot->counters()["rx_bytes"], sent + 7) << "the board is always drained";

    client->read_on();
    EXPECT_TRUE(run_until([&] { return client->received.ends_with("the end"); }));
    EXPECT_EQ(client->received.size() + drops(), sent + 7);
}

TEST_F(ASlotWithClients, PutsSettingsAndLinesBackWhenTheClientHasGone)
{
    const auto client = connect();
    client->send("\xff\xfa\x2c\x01" + std::string{"\0\x0e\x10\0", 4} + "\xff\xf0"); // 921600
    client->send("\xff\xfa\x2c\x05\x08\xff\xf0");                                   // DTR ON
    EXPECT_TRUE(run_until([&] { return tty().settings.baud == 921600 && tty().dtr; }));
    client->finish();
    EXPECT_TRUE(run_until([&] { return tty().settings.baud == 115200 && !tty().dtr; }));
}

TEST_F(ASlotWithClients, LetsOnlyTheListedNetworksIn)
{
    auto guarded = slot_config();
    guarded.allow = {"192.0.2.0/24"};
    guarded.tcp_port = free_port();
    slot.reset();
    make_slot(guarded);
    plug_in();
    Client client{io, guarded.tcp_port};
    EXPECT_TRUE(run_until([&] { return client.at_end || client.failed; }));
    EXPECT_EQ(client.received, "");
    EXPECT_FALSE(slot->held_against(""));
}

TEST_F(ASlotWithClients, GivesWayToANewClientWhenTheSlotSaysTakeOver)
{
    auto yielding = slot_config();
    yielding.second_client = contract::SecondClient::take_over;
    slot.reset();
    make_slot(yielding);
    plug_in();
    const auto first = connect();
    const auto second = connect();
    EXPECT_TRUE(run_until([&] { return first->at_end; }));
    second->send("mine");
    EXPECT_TRUE(run_until([&] { return tty().written == "mine"; }));
}

} // namespace
