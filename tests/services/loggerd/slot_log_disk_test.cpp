// What a disk does to a log: refusals, records that are gone.

#include <gmock/gmock.h>

#include "log_bench.hpp"

namespace loggerd {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::HasSubstr;

TEST(SlotLogDisk, LosesAndRepeatsNothingWhenItWasFull)
{
    LogBench bench;
    bench.rx("before\nbe");
    bench.read();
    bench.disk.refuse_with = ENOSPC;
    bench.rx("tween\n");
    for (int i = 0; i < 3; ++i) EXPECT_FALSE(bench.read());
    EXPECT_FALSE(bench.quiet(5s) && bench.read());
    EXPECT_EQ(bench.log().state().fault.value_or(""),
              "write FT232R_USB_UART_A5069RR4_2026-02-03.log: No space left on device");
    bench.disk.refuse_with = 0;
    bench.rx("after\n");
    EXPECT_TRUE(bench.read());
    EXPECT_EQ(bench.received(), "before\nbetween\nafter\n");
    EXPECT_EQ(bench.told.faults.size(), 1u) << "said once";
    EXPECT_EQ(bench.told.faults_over, 1);
    EXPECT_EQ(bench.log().state().fault, std::nullopt);
}

TEST(SlotLogDisk, KilledWhileFullIsNoWorse)
{
    LogBench bench;
    bench.rx("before\n");
    bench.read();
    bench.disk.refuse_with = ENOSPC;
    bench.rx("between\n");
    EXPECT_FALSE(bench.read());
    bench.start();
    EXPECT_FALSE(bench.read());
    bench.disk.refuse_with = 0;
    EXPECT_TRUE(bench.read());
    EXPECT_EQ(bench.received(), "before\nbetween\n");
}

TEST(SlotLogDisk, LogsEvenIfItsOwnRecordIsRefused)
{
    LogBench bench;
    bench.disk.refuse_records_with = EACCES;
    bench.rx("a\n");
    EXPECT_TRUE(bench.read());
    EXPECT_EQ(bench.received(), "a\n");
    EXPECT_THAT(bench.log().state().fault.value_or(""), HasSubstr("Permission denied"));
    bench.disk.refuse_records_with = 0;
    bench.pass(2s);
    bench.rx("b\n");
    EXPECT_TRUE(bench.read());
    bench.pass(2s);
    bench.log().upkeep(bench.now());
    EXPECT_TRUE(bench.disk.records.contains("A"));
    bench.start();
    bench.read();
    EXPECT_EQ(bench.received(), "a\nb\n");
}

TEST(SlotLogDisk, HoldsBackWhatAKillWouldRepeatWhenItIsFullForTheRecordOfANewFile)
{
    LogBench bench;
    bench.rx("before midnight\n");
    bench.read();
    bench.pass(24h);
    bench.disk.refuse_records_with = ENOSPC; // the log has room left in its last block
    bench.rx("after it\n");
    EXPECT_FALSE(bench.read());
    bench.start();
    EXPECT_FALSE(bench.read());
    EXPECT_EQ(bench.told.faults.back(), "write record: No space left on device");
    bench.disk.refuse_records_with = 0;
    EXPECT_TRUE(bench.read());
    bench.start();
    EXPECT_TRUE(bench.read());
    EXPECT_EQ(bench.received(), "before midnight\nafter it\n");
}

TEST(SlotLogDisk, WaitsForARecordThatCannotBeReadRatherThanBeginAnew)
{
    LogBench bench;
    bench.rx("once\n");
    bench.read();
    bench.disk.refuse_reading_with = EACCES;
    bench.start();
    bench.rx("more\n");
    for (int i = 0; i < 3; ++i) EXPECT_FALSE(bench.read());
    EXPECT_TRUE(bench.quiet());
    EXPECT_EQ(bench.received(), "once\n");
    EXPECT_EQ(bench.log().state().fault.value_or(""), "read record: Permission denied");
    EXPECT_EQ(bench.told.faults.size(), 1u) << "said once";
    bench.log().close(bench.now());
    bench.disk.refuse_reading_with = 0;
    bench.read(); // only now it knows from where
    EXPECT_TRUE(bench.read());
    EXPECT_EQ(bench.received(), "once\nmore\n");
    EXPECT_EQ(bench.told.faults_over, 1);
    EXPECT_EQ(bench.log().state().fault, std::nullopt);
}

TEST(SlotLogDisk, BeginsAnewWithADamagedRecordAndSaysSo)
{
    LogBench bench;
    bench.disk.records["A"] = "{\"format\":1";
    bench.start();
    bench.rx("a\n");
    EXPECT_TRUE(bench.read());
    EXPECT_EQ(bench.received(), "a\n");
    EXPECT_THAT(bench.told.faults, Contains(HasSubstr("the log begins anew")));
}

TEST(SlotLogDisk, SavesTheRecordAtMostOnceASecondAndSyncsEveryFive)
{
    LogBench bench;
    const std::string file = "FT232R_USB_UART_A5069RR4_2026-02-03.log";
    for (int i = 0; i < 100; ++i) {
        bench.rx("line\n");
        bench.read();
        bench.pass(100ms);
    }
    EXPECT_LE(bench.disk.saves, 13); // in 10 s, and one for a new file
    EXPECT_LE(bench.disk.syncs[file], 3);
    EXPECT_GE(bench.disk.syncs[file], 2);
    ASSERT_TRUE(bench.log().next_upkeep());
    bench.pass(5s);
    bench.log().upkeep(bench.now());
    EXPECT_FALSE(bench.log().next_upkeep());
}

TEST(SlotLogDisk, ASlotThatIsNoMoreLeavesItsLastWordsAndNoRecord)
{
    LogBench bench;
    bench.rx("last words");
    bench.read();
    bench.log().remove(bench.now());
    EXPECT_THAT(bench.texts("RX"), Contains("last words"));
    EXPECT_EQ(bench.infos().back(), "=== Log closed ===");
    EXPECT_TRUE(bench.disk.records.empty());
}

TEST(SlotLogDisk, ASlotThatIsNoMoreLeavesNothingTakenWhenTheDiskRefuses)
{
    for (const bool record_too : {false, true}) {
        LogBench bench;
        bench.rx("last words");
        bench.read();
        bench.disk.refuse_with = ENOSPC;
        bench.disk.refuse_records_with = record_too ? EACCES : 0;
        bench.log().remove(bench.now());
        EXPECT_TRUE(bench.is_free("FT232R_USB_UART_A5069RR4")) << record_too;
        EXPECT_TRUE(bench.disk.open.empty()) << record_too;
        EXPECT_EQ(bench.disk.records.empty(), !record_too);
        EXPECT_EQ(bench.told.slots_removed, 1) << record_too;
        EXPECT_EQ(bench.told.faults.size(), 1u) << "the refusal is said, once";
    }
}

} // namespace
} // namespace loggerd
