#include "portald/mdns_services.hpp"

#include <gmock/gmock.h>

#include "sample.hpp"

namespace {

using portald::mdns_services;
using testing::ElementsAre;

TEST(MdnsServices, TellOfThePortalAndOfEachSlot)
{
    const auto services = mdns_services(sample::known({sample::slot_in(contract::SlotState::idle)}),
                                        "bench-pi", 8080, false);
    ASSERT_EQ(services.size(), 2U);
    EXPECT_EQ(services.at("Serial boards on bench-pi").type, "_http._tcp");
    EXPECT_EQ(services.at("Serial boards on bench-pi").port, 8080);
    const auto& slot = services.at("ESP32-A on bench-pi");
    EXPECT_EQ(slot.type, "_rfc2217._tcp");
    EXPECT_EQ(slot.port, 4001);
    EXPECT_THAT(slot.txt, ElementsAre("slot=ESP32-A", "board=CP2102", "state=idle"));
}

TEST(MdnsServices, SayHttpsWhereItIs)
{
    const auto services = mdns_services(sample::known({}), "pi", 443, true);
    EXPECT_EQ(services.at("Serial boards on pi").type, "_https._tcp");
}

TEST(MdnsServices, ASlotWithoutABoardIsThereToo)
{
    const auto services = mdns_services(sample::known({sample::empty_slot()}), "pi", 80, false);
    EXPECT_THAT(services.at("ESP32-A on pi").txt,
                ElementsAre("slot=ESP32-A", "board=", "state=empty"));
}

TEST(MdnsServices, PortsOfABridgedThatIsDownAreNotThere)
{
    auto known = sample::known({sample::slot_in(contract::SlotState::idle)});
    known.up["bridged"] = false;
    EXPECT_EQ(mdns_services(known, "pi", 80, false).size(), 1U);
}

TEST(MdnsServices, WhatADeviceSaysIsBoundedAndPlain)
{
    auto slot = sample::slot_in(contract::SlotState::idle);
    slot.device->product = "\x1b[31m\xff" + std::string(400, 'x');
    const auto services = mdns_services(sample::known({slot}), std::string(64, 'h'), 80, false);
    for (const auto& [name, service] : services) {
        EXPECT_LE(name.size(), 63U);
        for (const auto& entry : service.txt) EXPECT_LE(entry.size(), 255U);
    }
    EXPECT_THAT(services.begin()->second.txt.at(1), testing::StartsWith("board=?[31m?xxx"));
}

} // namespace
