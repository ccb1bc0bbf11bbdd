#include <gtest/gtest.h>

#include "contract/names.hpp"

using namespace contract;

namespace {

TEST(SlotId, KeepsWhatIsASlugAlready)
{
    EXPECT_EQ(slot_id("SLOT1"), "SLOT1");
    EXPECT_EQ(slot_id("esp32_a-2"), "esp32_a-2");
}

TEST(SlotId, MakesEachRunOfOtherBytesOneDash)
{
    EXPECT_EQ(slot_id("ESP32 A"), "ESP32-A");
    EXPECT_EQ(slot_id("a / b"), "a-b");
    EXPECT_EQ(slot_id("Ger\xc3\xa4t 1"), "Ger-t-1");
    EXPECT_EQ(slot_id("a - b"), "a---b");
}

TEST(SlotId, TrimsTheEnds)
{
    EXPECT_EQ(slot_id("  (left)  "), "left");
    EXPECT_EQ(slot_id("--a--"), "a");
    EXPECT_EQ(slot_id("_a_"), "_a_");
}

TEST(SlotId, CannotLeaveAFolderOrATopic)
{
    EXPECT_EQ(slot_id("../../etc/passwd"), "etc-passwd");
    EXPECT_EQ(slot_id(std::string("a\0b", 3)), "a-b");
    EXPECT_EQ(slot_id("."), "");
    EXPECT_EQ(slot_id("***"), "");
    EXPECT_EQ(slot_id(""), "");
}

TEST(Endpoints, AreSocketsInTheRuntimeFolder)
{
    EXPECT_EQ(events_endpoint("/run/rfc2217", "bridged"), "ipc:///run/rfc2217/bridged.pub");
    EXPECT_EQ(requests_endpoint("/tmp/x/", "loggerd"), "ipc:///tmp/x/loggerd.rpc");
}

TEST(Topics, EndInASlashSoThatOneIsNeverThePrefixOfAnother)
{
    EXPECT_EQ(topics::slot_changed("A"), "slot.changed/A/");
    EXPECT_EQ(topics::slot_removed("A"), "slot.removed/A/");
    EXPECT_EQ(topics::serial_rx("A"), "serial.rx/A/");
    EXPECT_EQ(topics::serial_tx("A"), "serial.tx/A/");
    EXPECT_EQ(topics::serial_info("A"), "serial.info/A/");
    EXPECT_EQ(topics::log_line("A"), "log.line/A/");
    EXPECT_EQ(topics::log_boot("A"), "log.boot/A/");
    EXPECT_EQ(topics::log_alert("A"), "log.alert/A/");
    EXPECT_FALSE(topics::serial_rx("AB").starts_with(topics::serial_rx("A")));
}

TEST(Topics, SayTheirKindAndTheirSlot)
{
    EXPECT_EQ(topics::kind_of("serial.rx/ESP32-A/"), "serial.rx");
    EXPECT_EQ(topics::slot_of("serial.rx/ESP32-A/"), "ESP32-A");
    EXPECT_EQ(topics::kind_of("heartbeat/"), "heartbeat");
    EXPECT_EQ(topics::slot_of("heartbeat/"), "");
    EXPECT_EQ(topics::kind_of("rubbish"), "rubbish");
    EXPECT_EQ(topics::slot_of("rubbish"), "");
    EXPECT_EQ(topics::slot_of(""), "");
    EXPECT_EQ(topics::slot_of("serial.rx/A"), "A");
}

TEST(Streams, AreNamedAsHeartbeatsNameThem)
{
    EXPECT_EQ(streams::state, "state");
    EXPECT_EQ(streams::serial("ESP32-A"), "serial/ESP32-A");
    EXPECT_EQ(streams::log("ESP32-A"), "log/ESP32-A");
}

} // namespace
