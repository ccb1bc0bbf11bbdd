#include "services/bridged/bridge_fixture.hpp"

namespace {

using namespace bridged_tests;
using contract::SlotState;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class ASlot : public OnASlot {
protected:
    ASlot() { make_slot(slot_config()); }

    bool is_refused()
    {
        asio::ip::tcp::socket socket{io};
        boost::system::error_code fault;
        socket.connect({asio::ip::address_v4::loopback(), port}, fault);
        return fault == asio::error::connection_refused;
    }
};

TEST_F(ASlot, OpensItsTtyAtOnceWithIdleLinesAndThenItsPort)
{
    EXPECT_TRUE(is_refused());
    plug_in();
    EXPECT_THAT(tty().history, ElementsAre("open 115200 8N1 DTR=0 RTS=0"));
    EXPECT_FALSE(is_refused());
    const auto state = slot->state();
    EXPECT_EQ(state.profile, "esp-bridge");
    EXPECT_EQ(state.devnode, devnode);
    EXPECT_EQ(state.seq, 7u);
    EXPECT_EQ(state.last_action, "add");
}

TEST_F(ASlot, DoesNotOpenAgainForADeviceThatIsKnown)
{
    plug_in();
    slot->device_added(device());
    run_what_is_ready();
    EXPECT_EQ(slot->counters()["opens"], 1);
    EXPECT_TRUE(is(SlotState::idle));
}

TEST_F(ASlot, DrainsTheBoardWithoutAnyClient)
{
    plug_in();
    tty().receive(std::string(100'000, 'x'));
    EXPECT_TRUE(run_until([&] { return slot->counters()["rx_bytes"] == 100'000; }));
}

TEST_F(ASlot, ClosesItsPortWhenTheBoardIsGoneAndTakesTheSameOneWhenItReturns)
{
    plug_in();
    ttys.unplug(devnode);
    slot->device_removed(device());
    EXPECT_TRUE(run_until([&] { return is(SlotState::empty); }));
    EXPECT_TRUE(is_refused());
    EXPECT_FALSE(slot->state().present());
    EXPECT_EQ(slot->state().devnode, devnode) << "stays after a removal";
    plug_in();
    EXPECT_FALSE(is_refused());
}

TEST_F(ASlot, IgnoresTheLateRemoveOfADeviceThatHasBeenReplaced)
{
    plug_in();
    ttys.plug("/dev/ttyFAKE1");
    slot->device_added(device("/dev/ttyFAKE1"));
    EXPECT_TRUE(run_until([&] { return is(SlotState::idle); }));
    slot->device_removed(device(devnode));
    run_what_is_ready();
    EXPECT_TRUE(is(SlotState::idle));
    EXPECT_EQ(slot->state().devnode, "/dev/ttyFAKE1");
}

TEST_F(ASlot, SaysWhyItsTtyCannotBeOpenedAndTriesAgain)
{
    ttys.plug(devnode).open_error = std::make_error_code(std::errc::permission_denied);
    slot->device_added(device());
    EXPECT_TRUE(run_until([&] { return is(SlotState::error); }));
    EXPECT_EQ(slot->state().reason, "open /dev/ttyFAKE0: Permission denied");
    EXPECT_EQ(slot->state().last_error, slot->state().reason);
    EXPECT_TRUE(slot->state().next_try);

    tty().open_error = {};
    EXPECT_TRUE(run_until([&] { return is(SlotState::idle); }));
    EXPECT_FALSE(slot->state().last_error);
}

TEST_F(ASlot, LeavesTheTtyAloneWhileAnotherProgramHasItsTcpPort)
{
    {
        asio::ip::tcp::acceptor other{io, {asio::ip::address_v4::loopback(), port}};
        ttys.plug(devnode);
        slot->device_added(device());
        EXPECT_TRUE(run_until([&] { return is(SlotState::error); }));
        EXPECT_THAT(slot->state().reason, HasSubstr("TCP port " + std::to_string(port)));
        EXPECT_THAT(tty().history, IsEmpty());
    }
    EXPECT_TRUE(run_until([&] { return is(SlotState::idle); }));
}

TEST_F(ASlot, StopsWithItsLinesIdleAndStartsAgain)
{
    plug_in();
    slot->set_lines({.dtr = true, .rts = true}, [](std::error_code) {});
    EXPECT_TRUE(run_until([&] { return tty().dtr; }));
    bool stopped = false;
    slot->stop([&] { stopped = true; });
    EXPECT_TRUE(run_until([&] { return stopped; }));
    EXPECT_EQ(tty().history.back(), "close DTR=0 RTS=0");
    EXPECT_TRUE(is(SlotState::stopped));
    EXPECT_TRUE(is_refused());

    std::optional<std::optional<std::string>> outcome;
    slot->start([&](auto fault) { outcome = fault; });
    EXPECT_TRUE(run_until([&] { return outcome.has_value(); }));
    EXPECT_FALSE(*outcome);
    EXPECT_TRUE(is(SlotState::idle));
}

TEST_F(ASlot, SaysThatAnotherProcessHasItsTtyAndTriesAgain)
{
    plug_in();
    slot->stop([] {});
    tty().open_error = std::make_error_code(std::errc::device_or_resource_busy);
    std::optional<std::string> fault;
    slot->start([&](auto reason) { fault = reason; });
    EXPECT_TRUE(run_until([&] { return fault.has_value(); }));
    EXPECT_EQ(*fault, "open /dev/ttyFAKE0: held by another process; see: sudo rfc2217ctl doctor " +
                          slot->config().id);

    tty().open_error = {}; // the other has gone
    EXPECT_TRUE(run_until([&] { return is(SlotState::idle); }));
}

TEST_F(ASlot, ClosesItsClientWhenItIsStopped)
{
    plug_in();
    const auto client = connect();
    slot->stop([] {});
    EXPECT_TRUE(run_until([&] { return client->at_end; }));
    EXPECT_FALSE(slot->held_against(""));
}

TEST_F(ASlot, MayBeDestroyedInTheMiddleOfEverything)
{
    plug_in();
    const auto client = connect();
    client->send("\xff\xfb\x2c\xff\xfa\x2c\x05\x08\xff\xf0 data");
    tty().receive("output");
    slot.reset();
    run_what_is_ready();
    EXPECT_TRUE(run_until([&] { return client->at_end || client->failed; }));
}

class ASlotOnTheBus : public ASlot {
protected:
    ASlotOnTheBus()
    {
        listener.subscribe("serial.");
        EXPECT_TRUE(run_until([&] { return publisher.wanted("serial.info/ESP32-A/"); }));
    }
    std::vector<std::string> infos;
    bus::Subscriber listener{
        io, zmq, "ipc://" + (folder / "pub").string(), [this](const contract::Event& event) {
            if (event.topic == "serial.info/ESP32-A/")
                infos.push_back(contract::body<contract::SerialInfo>(event).text);
        }};
};

TEST_F(ASlotOnTheBus, SaysWhatHappensAndOnlyWhatChanges)
{
    plug_in();
    const auto client = connect();
    const auto from = "Client connected from " + client->address();
    const std::string baud = "\xff\xfa\x2c\x01" + std::string{"\0\x0e\x10\0", 4} + "\xff\xf0";
    const std::string dtr_on = "\xff\xfa\x2c\x05\x08\xff\xf0";
    client->send(baud + baud + dtr_on + dtr_on + "\xff\xfa\x2c\x03\x03\xff\xf0");
    EXPECT_TRUE(run_until([&] { return tty().settings.parity == serial::Parity::even; }));
    client->finish();
    EXPECT_TRUE(run_until([&] { return !infos.empty() && infos.back() == "DTR OFF"; }));
    EXPECT_THAT(infos, ElementsAre("Opened /dev/ttyFAKE0 at 115200 baud", from,
                                   "Baudrate changed to 921600", "DTR ON", "Parity changed to E",
                                   "Client disconnected", "Baudrate changed to 115200",
                                   "Parity changed to N", "DTR OFF"));
}

TEST_F(ASlotOnTheBus, TellsOfAPortThatIsLeftAlone)
{
    while (!is(SlotState::flapping)) {
        plug_in();
        ttys.unplug(devnode);
        slot->device_removed(device());
        ASSERT_TRUE(run_until([&] { return !is(SlotState::idle); }));
    }
    EXPECT_TRUE(run_until([&] {
        return !infos.empty() &&
               infos.back() == "Left alone for 10 s: 6 short-lived connections in 30 s";
    }));
}

TEST_F(ASlotOnTheBus, SaysOnceThatItsRecordHasAHole)
{
    plug_in();
    make_slot(slot_config()); // bridged was killed, and started again
    plug_in();
    ttys.unplug(devnode);
    slot->device_removed(device());
    plug_in();
    const std::string opened = "Opened /dev/ttyFAKE0 at 115200 baud";
    const std::string closed = "Closed /dev/ttyFAKE0";
    EXPECT_TRUE(run_until([&] { return infos.size() >= 5; }));
    EXPECT_THAT(infos, ElementsAre(opened, "Record resumed; what came in between may be missing",
                                   opened, closed, opened));
}

} // namespace
