// Boots and crashes as boards print them; the texts are ours, in the form of those boards.
#include <gmock/gmock.h>

#include "watch_bench.hpp"

namespace loggerd {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr auto s3_boot = R"(ESP-ROM:esp32s3-20210327
Build:Mar 27 2021
rst:0x1 (POWERON),boot:0x8 (SPI_FAST_FLASH_BOOT)
SPIWP:0xee
mode:DIO, clock div:1
load:0x3fce3820,len:0x1818
entry 0x403c98d0
\x1b[0;32mI (29) boot: ESP-IDF v5.2.1-dirty 2nd stage bootloader\x1b[0m
I (30) boot: compile time Jan 12 2026 09:00:00
I (228) cpu_start: Multicore app
I (245) app_init: Application information:
I (248) app_init: Project name:     kitchen-lamp
I (253) app_init: App version:      1.4.2-7-gabc1234
I (258) app_init: Compile time:     Jan 14 2026 10:12:08
\x1b[0;32mI (264) app_init: ELF file SHA256:  4f1d0c5a9be77712...\x1b[0m
I (269) app_init: ESP-IDF:          v5.2.1
I (274) main_task: Started on CPU0
)";

TEST(BootWatch, ReadsAllThatAnEsp32S3SaysOfItself)
{
    WatchBench bench;
    bench.print(s3_boot);
    ASSERT_THAT(bench.found.boots, SizeIs(1)) << "the application has said all, so no pause";
    const auto& boot = bench.found.boots[0];
    EXPECT_EQ(boot.rom, "ESP-ROM:esp32s3-20210327");
    EXPECT_EQ(boot.reason, "rst:0x1 (POWERON)");
    EXPECT_EQ(boot.mode, "0x8 (SPI_FAST_FLASH_BOOT)");
    EXPECT_EQ(boot.banner, "rst:0x1 (POWERON),boot:0x8 (SPI_FAST_FLASH_BOOT)");
    EXPECT_EQ(boot.idf_version, "v5.2.1");
    EXPECT_EQ(boot.app, "kitchen-lamp");
    EXPECT_EQ(boot.app_version, "1.4.2-7-gabc1234");
    EXPECT_EQ(boot.compiled, "Jan 14 2026 10:12:08");
    EXPECT_EQ(boot.elf_sha256, "4f1d0c5a9be77712");
    EXPECT_EQ(boot.serial_seq, 1u) << "its id is that of the ROM's first line";
    EXPECT_EQ(bench.watch.tally().boots_on("2026-02-03"), 1u);
    EXPECT_EQ(bench.watch.tally().boots_on("2026-02-04"), 0u);
    EXPECT_THAT(bench.found.alerts, IsEmpty());
}

struct OneBoot {
    const char* text;
    const char* reason;
    const char* mode;
    const char* app;
};

TEST(BootWatch, SeesOneBootOfEachKindOfBoard)
{
    for (
        const auto& [text, reason, mode, app] : std::initializer_list<OneBoot>{
            {"ets Jun  8 2016 00:22:57\n\nrst:0x1 (POWERON_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)\n"
             "configsip: 0, SPIWP:0xee\nI (262) cpu_start: Project name:     hello_world\n",
             "rst:0x1 (POWERON_RESET)", "0x13 (SPI_FAST_FLASH_BOOT)", "hello_world"},
            {"ets Jul 29 2019 12:21:46\nrst:0x10 (RTCWDT_RTC_RESET),boot:0x33\n",
             "rst:0x10 (RTCWDT_RTC_RESET)", "0x33", ""},
            {"ESP-ROM:esp32s2-rc4-20191025\nrst:0x5 (DSLEEP),boot:0x8 (SPI_FAST_FLASH_BOOT)\n",
             "rst:0x5 (DSLEEP)", "0x8 (SPI_FAST_FLASH_BOOT)", ""},
            {"ESP-ROM:esp32c3-api1-20210207\nBuild:Feb  7 2021\nrst:0x15 (USB_UART_CHIP_RESET),"
             "boot:0x5 (DOWNLOAD(USB/UART0/1))\nwaiting for download\n",
             "rst:0x15 (USB_UART_CHIP_RESET)", "0x5 (DOWNLOAD(USB/UART0/1))", ""},
            {"ESP-ROM:esp32c6-20220919\nBuild:Sep 19 2022\nrst:0xc (SW_CPU),boot:0xc "
             "(SPI_FAST_FLASH_BOOT)\n",
             "rst:0xc (SW_CPU)", "0xc (SPI_FAST_FLASH_BOOT)", ""},
            {" ets Jan  8 2013,rst cause:2, boot mode:(3,6)\n\nload 0x4010f000, len 3460, room "
             "16\n",
             "rst cause:2", "(3,6)", ""},
            {"I (5012) app: half a liets Jun  8 2016 00:22:57\nrst:0xc (SW_CPU_RESET),boot:0x13\n",
             "rst:0xc (SW_CPU_RESET)", "0x13", ""},
            {"*** Booting Zephyr OS build v3.7.0-1234-gabc ***\nHello\n", "", "", "Zephyr OS"},
            {"ESP-ROM:esp32c3-api1-20210207\nrst:0x1 (POWERON),boot:0xc (SPI_FAST_FLASH_BOOT)\n"
             "*** Booting MCUboot v2.1.0 ***\n*** Booting Zephyr OS build v4.0.0 ***\n",
             "rst:0x1 (POWERON)", "0xc (SPI_FAST_FLASH_BOOT)", "Zephyr OS"},
            {"MicroPython v1.24.1 on 2024-11-29; Generic ESP32 module with ESP32\n", "", "",
             "MicroPython"},
            {"MPY: soft reboot\nMicroPython v1.24.1 on 2024-11-29; Raspberry Pi Pico with RP2040\n",
             "soft reboot", "", "MicroPython"},
            {"Adafruit CircuitPython 9.0.5 on 2024-05-22; Some Board with rp2040\n", "", "",
             "CircuitPython"},
            {"ESP-ROM:esp32s3-20210327\nI (1) hello\n", "", "", ""}}) {
        WatchBench bench;
        bench.print(text);
        bench.quiet();
        ASSERT_THAT(bench.found.boots, SizeIs(1)) << text;
        EXPECT_EQ(bench.found.boots_begun, 1u) << text;
        EXPECT_EQ(bench.found.boots[0].reason, reason) << text;
        EXPECT_EQ(bench.found.boots[0].mode, mode) << text;
        EXPECT_EQ(bench.found.boots[0].app, app) << text;
        EXPECT_THAT(bench.found.alerts, IsEmpty()) << text;
    }
}

TEST(BootWatch, CountsEachRoundOfABootLoop)
{
    WatchBench bench;
    for (int i = 0; i < 5; ++i)
        bench.print("ets Jun  8 2016 00:22:57\n\nrst:0x3 (SW_RESET),boot:0x13\ninvalid header: "
                    "0xffffffff\n");
    bench.quiet();
    EXPECT_THAT(bench.found.boots, SizeIs(5));
    EXPECT_EQ(bench.watch.tally().boots_on("2026-02-03"), 5u);
}

TEST(BootWatch, AToolThatLeavesMicroPythonsRawReplBootsNothing)
{
    WatchBench bench;
    bench.print("raw REPL; CTRL-B to exit\n>OK\n"
                "MicroPython v1.24.1 on 2024-11-29; Generic ESP32 module with ESP32\n");
    bench.quiet();
    EXPECT_THAT(bench.found.boots, IsEmpty());
    bench.print("MicroPython v1.24.1 on 2024-11-29; Generic ESP32 module with ESP32\n");
    EXPECT_THAT(bench.found.boots, SizeIs(1));
}

TEST(BootWatch, ACrashComesWithFiftyLinesBeforeAndTheWholeDumpAfter)
{
    WatchBench bench;
    for (int i = 0; i < 60; ++i) bench.line("I (" + std::to_string(i) + ") app: tick");
    bench.print("Guru Meditation Error: Core  0 panic'ed (LoadProhibited). Exception was "
                "unhandled.\n\nCore  0 register dump:\n");
    for (int i = 0; i < 200; ++i) bench.line("PC      : 0x400d5a3c  PS      : 0x00060330");
    bench.print("Backtrace: 0x400d5a39:0x3ffb5c90 0x400d5b17:0x3ffb5cb0\nELF file SHA256: 7f3a\n"
                "Rebooting...\n");
    ASSERT_THAT(bench.found.alerts, SizeIs(1)) << "it ends with its last line, not with a pause";
    const auto& alert = bench.found.alerts[0];
    EXPECT_THAT(alert.text, HasSubstr("LoadProhibited"));
    EXPECT_THAT(alert.context, SizeIs(50));
    EXPECT_EQ(alert.context.front(), "I (10) app: tick");
    EXPECT_EQ(alert.context.back(), "I (59) app: tick");
    EXPECT_EQ(alert.serial_seq, 61u);
    EXPECT_THAT(alert.dump, SizeIs(2 + 200 + 3));
    EXPECT_EQ(alert.dump.back(), "Rebooting...");
    EXPECT_EQ(bench.found.crashes_begun, 1u);
    bench.print(s3_boot);
    bench.print("abort() was called at PC 0x400d1234 on core 0\n");
    bench.quiet();
    ASSERT_THAT(bench.found.alerts, SizeIs(2));
    EXPECT_EQ(bench.found.alerts[1].context.back(), "I (274) main_task: Started on CPU0");
}

TEST(BootWatch, ADumpEndsByBootByPauseByTimeAndByOrdinaryLines)
{
    const std::string crash = "abort() was called at PC 0x400d1234 on core 0\nBacktrace: 0x4:0x5\n";
    {
        WatchBench bench;
        bench.print(crash + "ets Jun  8 2016 00:22:57\n");
        ASSERT_THAT(bench.found.alerts, SizeIs(1));
        EXPECT_THAT(bench.found.alerts[0].dump, ElementsAre("Backtrace: 0x4:0x5"));
    }
    {
        WatchBench bench;
        bench.print(crash);
        bench.quiet(2900ms);
        EXPECT_THAT(bench.found.alerts, IsEmpty());
        bench.quiet(3000ms);
        EXPECT_THAT(bench.found.alerts, SizeIs(1));
    }
    {
        WatchBench bench;
        bench.print(crash);
        for (int i = 0; i < 16; ++i) {
            bench.time += 1s;
            bench.line("0x12345678");
        }
        EXPECT_THAT(bench.found.alerts, SizeIs(1));
    }
    {
        WatchBench bench;
        bench.print(crash);
        for (int i = 0; i < 40; ++i) bench.line("I (1) app: goes on");
        EXPECT_THAT(bench.found.alerts, SizeIs(1));
    }
}

TEST(BootWatch, KeepsABoundedPartOfAnEndlessDumpAndSaysSo)
{
    WatchBench bench;
    bench.print("abort() was called at PC 0x400d1234 on core 0\n");
    for (int i = 0; i < 2000; ++i) bench.line("3ffb5c90: 0x400d5a3c");
    bench.line("Rebooting...");
    ASSERT_THAT(bench.found.alerts, SizeIs(1));
    EXPECT_THAT(bench.found.alerts[0].dump, SizeIs(BootWatch::kept_lines));
    EXPECT_EQ(bench.found.alerts[0].dump_left_out, 2001 - BootWatch::kept_lines);
}

TEST(BootWatch, WhatIsSentToTheBoardIsNoBootAndNoCrash)
{
    BootWatch watch;
    for (const auto kind : {Kind::tx, Kind::info}) {
        const auto found = watch.line({{}, kind, "abort() was called at PC 0x400d1234", 1}, "e");
        EXPECT_EQ(found.crashes_begun, 0u);
    }
}

} // namespace
} // namespace loggerd
