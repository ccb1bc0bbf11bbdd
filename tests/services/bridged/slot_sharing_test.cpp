#include "services/bridged/rfc2217_client.hpp"

/// Who may do what with a slot that several want: observers, claims, kicks.
namespace {

using namespace bridged_tests;
using contract::SlotState;
using testing::HasSubstr;

class ASharedSlot : public AnRfc2217Client {
protected:
    void SetUp() override
    {
        auto shared = slot_config();
        shared.second_client = contract::SecondClient::observe;
        make_slot(shared);
        plug_in();
        client = connect();
        agree(*client);
    }
    std::unique_ptr<Client> observe()
    {
        auto observer = std::make_unique<Client>(io, port);
        const auto before = slot->state().observers;
        EXPECT_TRUE(run_until([&] { return slot->state().observers == before + 1; }));
        return observer;
    }
    void claim(std::optional<std::string> address = {})
    {
        slot->claim({"ci", contract::wall_now() + 60s, std::move(address)}, 60s);
    }
};

TEST_F(ASharedSlot, ShowsItsOutputToAnObserverAndTakesNothingFromIt)
{
    const auto observer = observe();
    tty().receive("boot");
    EXPECT_TRUE(run_until([&] { return observer->received == "boot"; }));
    EXPECT_TRUE(run_until([&] { return client->received == "boot"; }));
    observer->send("rm -rf /");
    EXPECT_TRUE(run_until([&] { return slot->counters()["ignored"] == 8; }));
    client->send("ls");
    EXPECT_TRUE(run_until([&] { return tty().written == "ls"; }));
    EXPECT_EQ(slot->held_against(""), client->address());
}

TEST_F(ASharedSlot, AcknowledgesAnObserversSettingsWithoutApplyingThem)
{
    const auto observer = observe();
    agree(*observer);
    const auto before = tty().history;
    expect(*observer,
           sub({1, 0, 0x0E, 0x10, 0}) + sub({2, 7}) + sub({5, 8}) + sub({5, 5}) + sub({5, 3}) +
               sub({12, 3}) + bytes({0xFF, 0xF3}),
           sub({101, 0, 0x0E, 0x10, 0}) + sub({102, 7}) + sub({105, 8}) + sub({105, 5}) +
               sub({105, 3}) + sub({112, 3}));
    auto after = tty().history;
    std::erase(after, "receive now");
    EXPECT_EQ(after, before);
}

TEST_F(ASharedSlot, KeepsItsObserversWhenTheClientLeavesAndNewOneComes)
{
    const auto observer = observe();
    client->finish();
    EXPECT_TRUE(run_until([&] { return is(SlotState::idle); }));
    client = connect();
    tty().receive("still here");
    EXPECT_TRUE(run_until([&] { return observer->received == "still here"; }));
    observer->finish();
    EXPECT_TRUE(run_until([&] { return slot->state().observers == 0; }));
}

TEST_F(ASharedSlot, HasEightObserversAtMost)
{
    std::vector<std::unique_ptr<Client>> observers;
    for (int i = 0; i < 8; ++i) observers.push_back(observe());
    Client ninth{io, port};
    EXPECT_TRUE(run_until([&] { return ninth.at_end; }));
    EXPECT_THAT(ninth.received, HasSubstr("is in use by " + client->address()));
}

TEST_F(ASharedSlot, LetsAClientThatTheClaimShutsOutObserve)
{
    claim("192.0.2.7");
    EXPECT_TRUE(run_until([&] { return client->at_end; })) << "who held it before is gone";
    observe();
}

TEST_F(ASharedSlot, KicksWhoeverIsConnected)
{
    const auto observer = observe();
    slot->kick();
    EXPECT_TRUE(run_until([&] { return client->at_end && observer->at_end; }));
    EXPECT_TRUE(is(SlotState::idle));
    EXPECT_EQ(slot->state().observers, 0u);
}

class AClaimedSlot : public OnASlot {
protected:
    void SetUp() override { plug_in_at_once(); }
    void claim(std::optional<std::string> address, std::chrono::seconds ttl = 60s)
    {
        slot->claim({"ci", contract::wall_now() + ttl, std::move(address)}, ttl);
    }
};

TEST_F(AClaimedSlot, RefusesClientsNamingTheOwner)
{
    claim({});
    Client stranger{io, port};
    EXPECT_TRUE(run_until([&] { return stranger.at_end; }));
    EXPECT_THAT(stranger.received, HasSubstr("ESP32 A is claimed by ci until "));
    EXPECT_EQ(slot->held_against(""), "ci");
    EXPECT_EQ(slot->held_against("ci"), std::nullopt);
    EXPECT_EQ(slot->state().claim->owner, "ci");
}

TEST_F(AClaimedSlot, LetsItsOwnersAddressInAndTheOwnerWrite)
{
    claim("127.0.0.1");
    Client own{io, port};
    own.send("x");
    EXPECT_TRUE(run_until([&] { return tty().written == "x"; }));
    EXPECT_EQ(slot->held_against("ci"), std::nullopt);
    EXPECT_EQ(slot->held_against("someone"), "ci");
}

TEST_F(AClaimedSlot, IsEverybodysAgainInTime)
{
    claim({}, 1s);
    EXPECT_TRUE(run_until([&] { return !slot->state().claim; }));
    const auto client = connect();
}

TEST_F(AClaimedSlot, RefusesToTakeOverWhileTheBoardIsAwayAndKeepsTheClientItHas)
{
    auto yielding = slot_config();
    yielding.second_client = contract::SecondClient::take_over;
    slot.reset();
    make_slot(yielding);
    plug_in();
    const auto first = connect();
    ttys.unplug(devnode);
    slot->device_removed(device());
    EXPECT_TRUE(run_until([&] { return is(SlotState::away); }));
    Client second{io, port};
    EXPECT_TRUE(run_until([&] { return second.at_end; }));
    EXPECT_EQ(slot->held_against(""), first->address());
    EXPECT_TRUE(is(SlotState::away));
}

} // namespace
