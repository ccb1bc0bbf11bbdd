#include "services/bridged/a_bridge.hpp"

namespace {

using namespace bridged_tests;
using contract::SlotState;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST_F(ABridge, GivesEachDeviceItsSlotAndIgnoresTheOthers)
{
    write(slots(entry("A", port_a) + "," + entry("B", port_b)));
    start();
    bridge->devices({{}, {plug_in("B"), plug_in("stranger")}});
    EXPECT_TRUE(run_until([&] { return is("B", SlotState::idle); }));
    EXPECT_TRUE(is("A", SlotState::empty));
    const auto snapshot = bridge->snapshot();
    ASSERT_EQ(snapshot.slots.size(), 2u);
    EXPECT_EQ(snapshot.slots[0].slot, "A");
    EXPECT_FALSE(snapshot.stamp.epoch.empty());
}

TEST_F(ABridge, ReopensNothingWhenHotplugdComesBackWithTheSameDevices)
{
    write(slots(entry("A", port_a)));
    start();
    const auto device = plug_in("A");
    bridge->devices({{}, {device}});
    EXPECT_TRUE(run_until([&] { return is("A", SlotState::idle); }));
    bridge->devices({{}, {device}});
    run_what_is_ready();
    EXPECT_EQ(opens("A"), 1u);
    bridge->devices({{}, {}});
    EXPECT_TRUE(run_until([&] { return is("A", SlotState::empty); }));
}

TEST_F(ABridge, TouchesOnlyWhatChangedInTheFile)
{
    write(slots(entry("A", port_a) + "," + entry("B", port_b)));
    start();
    bridge->devices({{}, {plug_in("A"), plug_in("B"), plug_in("C")}});
    EXPECT_TRUE(run_until([&] { return is("A", SlotState::idle) && is("B", SlotState::idle); }));

    const auto port_c = free_port();
    const auto new_b = free_port();
    write(slots(entry("A", port_a) + "," + entry("B", new_b) + "," + entry("C", port_c)));
    bridge->reload();
    EXPECT_TRUE(run_until([&] {
        return is("B", SlotState::idle) && bridge->find("B")->state().tcp_port == new_b &&
               is("C", SlotState::idle);
    }));
    EXPECT_EQ(opens("A"), 1u);

    write(slots(entry("C", port_c)));
    bridge->reload();
    EXPECT_TRUE(run_until([&] { return !ttys.find("/dev/ttyA")->is_open; }));
    EXPECT_EQ(bridge->find("A"), nullptr);
    EXPECT_EQ(opens("C"), 1u);
}

TEST_F(ABridge, SwapsTwoPortsInOneReload)
{
    write(slots(entry("A", port_a) + "," + entry("B", port_b)));
    start();
    bridge->devices({{}, {plug_in("A"), plug_in("B")}});
    EXPECT_TRUE(run_until([&] { return is("A", SlotState::idle) && is("B", SlotState::idle); }));
    write(slots(entry("A", port_b) + "," + entry("B", port_a)));
    bridge->reload();
    EXPECT_TRUE(run_until([&] {
        return is("A", SlotState::idle) && bridge->find("A")->state().tcp_port == port_b &&
               is("B", SlotState::idle);
    }));
}

TEST_F(ABridge, KeepsItsSlotsWhenTheFileIsWrong)
{
    write(slots(entry("A", port_a)));
    start();
    for (const auto* const wrong : {"{", R"({"slots":[{"label":"A"}]})", R"({"slots":1})"}) {
        write(wrong);
        bridge->reload();
        EXPECT_NE(bridge->find("A"), nullptr);
    }
}

TEST_F(ABridge, KeepsItsSlotsWhenTheFileIsGoneOrNamesANetworkThatIsNone)
{
    write(slots(entry("A", port_a)));
    start();
    auto with_allow = entry("A", port_a);
    with_allow.insert(with_allow.size() - 1, R"(,"allow":["192.168.1"])");
    write(slots(with_allow));
    bridge->reload();
    EXPECT_NE(bridge->find("A"), nullptr);
    std::filesystem::remove(folder / "slots.json");
    bridge->reload();
    EXPECT_NE(bridge->find("A"), nullptr);
    EXPECT_THROW(
        {
            write(slots(with_allow));
            const bridged::SlotsStore refused{folder / "slots.json"};
        },
        contract::BadMessage);
}

TEST_F(ABridge, GivesARenamedSlotItsTtyWhenTheOldOneHasClosedIt)
{
    write(slots(entry("A", port_a)));
    start();
    bridge->devices({{}, {plug_in("A")}});
    EXPECT_TRUE(run_until([&] { return is("A", SlotState::idle); }));
    write(slots(R"({"label":"NEW","slot_key":"key-A","tcp_port":)" + std::to_string(port_a) + "}"));
    bridge->reload();
    EXPECT_EQ(bridge->find("NEW"), nullptr) << "not yet";
    EXPECT_TRUE(run_until([&] { return is("NEW", SlotState::idle); }));
    EXPECT_EQ(ttys.find("/dev/ttyA")->history.back(), "open 115200 8N1 DTR=1 RTS=1");
}

TEST_F(ABridge, ShowsASlotThatIsExchangedAllTheTimeAndForgetsOneThatIsGone)
{
    write(slots(entry("A", port_a)));
    start();
    bridge->devices({{}, {plug_in("A")}});
    EXPECT_TRUE(run_until([&] { return is("A", SlotState::idle); }));
    write(slots(entry("A", port_b)));
    bridge->reload();
    EXPECT_EQ(bridge->find("A"), nullptr);
    EXPECT_EQ(bridge->snapshot().slots.size(), 1u) << "loggerd would begin its log anew";
    EXPECT_TRUE(run_until([&] { return is("A", SlotState::idle); }));
    EXPECT_TRUE(std::filesystem::exists(folder / "history" / "A.ring"));
    write(slots(""));
    bridge->reload();
    EXPECT_TRUE(run_until([&] { return !std::filesystem::exists(folder / "history" / "A.ring"); }));
    EXPECT_EQ(bridge->snapshot().slots.size(), 0u);
}

TEST_F(ABridge, OpensNothingAgainWhileItStops)
{
    write(slots(entry("A", port_a)));
    start();
    bridge->devices({{}, {plug_in("A")}});
    EXPECT_TRUE(run_until([&] { return is("A", SlotState::idle); }));
    bool stopped = false;
    bridge->stop([&] { stopped = true; });
    write(slots(entry("A", port_b)));
    bridge->reload();
    EXPECT_TRUE(run_until([&] { return stopped; }));
    EXPECT_FALSE(ttys.find("/dev/ttyA")->is_open);
    EXPECT_EQ(bridge->find("A"), nullptr);
}

TEST_F(ABridge, HasNoSlotsWithoutAFileAndRefusesAWrongOneAtStart)
{
    start();
    EXPECT_THAT(bridge->snapshot().slots, IsEmpty());
    write("{");
    EXPECT_THROW(bridged::SlotsStore{folder / "slots.json"}, contract::BadMessage);
}

TEST_F(ABridge, GivesAnUnknownDeviceTheNextFreePortAndWritesItDown)
{
    const auto range = std::to_string(port_a);
    write(R"({"auto_assign":{"first_port":)" + range + R"(,"last_port":)" + range +
          R"(},"slots":[]})");
    start();
    bridge->device_added(plug_in("new"));
    EXPECT_TRUE(run_until([&] { return is("SLOT1", SlotState::idle); }));
    EXPECT_EQ(bridge->find("SLOT1")->state().tcp_port, port_a);
    EXPECT_THAT(file(), HasSubstr("key-new"));

    bridge->device_added(plug_in("one-too-many"));
    EXPECT_EQ(bridge->snapshot().slots.size(), 1u);
    bridge->reload();
    run_what_is_ready();
    EXPECT_EQ(opens("SLOT1"), 1u) << "what it wrote itself is no change";
}

TEST_F(ABridge, TellsTheBusOfEachChangeOnce)
{
    write(slots(entry("A", port_a)));
    start();
    std::vector<std::string> told;
    bus::Subscriber listener{
        io, zmq, "ipc://" + (folder / "pub").string(), [&](const contract::Event& event) {
            if (event.topic == "slot.changed/A/")
                told.emplace_back(contract::to_string(contract::body<contract::Slot>(event).state));
            if (event.topic == "slot.removed/A/") told.emplace_back("removed");
        }};
    listener.subscribe("slot.");
    EXPECT_TRUE(run_until([&] { return publisher.wanted("slot.changed/A/"); }));
    bridge->device_added(plug_in("A"));
    EXPECT_TRUE(run_until([&] { return !told.empty() && told.back() == "idle"; }));
    write(slots(""));
    bridge->reload();
    EXPECT_TRUE(run_until([&] { return told.back() == "removed"; }));
    EXPECT_THAT(told, ElementsAre("opening", "idle", "removed"));
}

TEST_F(ABridge, StopsWithAllTtysClosed)
{
    write(slots(entry("A", port_a) + "," + entry("B", port_b)));
    start();
    bridge->devices({{}, {plug_in("A"), plug_in("B")}});
    EXPECT_TRUE(run_until([&] { return is("A", SlotState::idle) && is("B", SlotState::idle); }));
    bool stopped = false;
    bridge->stop([&] { stopped = true; });
    EXPECT_TRUE(run_until([&] { return stopped; }));
    EXPECT_FALSE(ttys.find("/dev/ttyA")->is_open);
    EXPECT_FALSE(ttys.find("/dev/ttyB")->is_open);
}

} // namespace
