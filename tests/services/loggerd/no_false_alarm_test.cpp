// Ten megabytes of what boards say on ordinary days.
#include <random>

#include <gmock/gmock.h>

#include "loggerd/encoder.hpp"
#include "watch_bench.hpp"

namespace loggerd {
namespace {

using testing::IsEmpty;

/// Lines that have the words of a crash and are none; $ is a number.
constexpr const char* ordinary[] = {
    "I ($) app: assert is enabled in this build; abort is mapped to a reset",
    "I ($) app: if the user presses abort() the upload stops",
    "W ($) http: client asked to abort, request $ of $",
    "I ($) diag: Backtrace: none recorded",
    "I ($) diag: last Backtrace was uploaded ($ bytes)",
    "D ($) wdt: Task watchdog is fed every $ ms",
    "I ($) docs: Guru Meditation Error is explained in the manual",
    "I ($) task_wdt: initialised with a timeout of $ ms",
    "I ($) power: Brownout detector is set to level $",
    "I ($) heap_init: At 3FFB2EC8 len 0002D138 ($ KiB): DRAM",
    "I ($) heap_init: Initializing. RAM available for dynamic allocation:",
    "I ($) stats: heap free $, largest block $, allocations $, failed 0",
    "I ($) app: memory left: $; no stack overflow so far, canary is fine",
    "I ($) wifi:new:<6,0>, old:<1,0>, ap:<255,255>, sta:<6,0>, prof:1",
    "I ($) wifi:state: init -> auth (b0)",
    "W ($) wifi: disconnected, reason $; trying again",
    "I ($) esp_netif_handlers: sta ip: 192.168.1.$, mask: 255.255.255.0, gw: 192.168.1.1",
    "{\"level\": \"info\", \"msg\": \"assert failed tests: 0, panics: 0\", \"t\": $}",
    "{\"crash\": null, \"panic\": false, \"exception\": \"\", \"heap\": $}",
    "test_abort ... ok ($ ms)",
    "[ RUN      ] assert_failed_is_reported/$",
    "running $ tests: panicked = 0, HardFault tests skipped",
    "[00:00:0$.000,000] <inf> main: fault injection off, MPU FAULT handler installed",
    "<inf> app: ZEPHYR FATAL ERROR handler is set",
    "Traceback of the parcel: $",
    "exception count: $",
    "Exception handling: on",
    "the stack>>> operator shifts by $",
    "rst: the reset line is high",
    "reset cause was $, rst:ok",
    "ets is $",
    "AT+CSQ: $,99",
    "$GPGGA,123519,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,*47",
    "0x$ 0x$ 0x$ 0x$",
    "deadbeef: de ad be ef $",
    "aGVsbG8gd29ybGQsIHRoaXMgaXMgYmFzZTY0IG9mIHNvbWUgbGVuZ3Ro$",
    "Rebooting... is what the button does",
    "SW_CPU_RESET count: $",
    "panic button pressed by user $; calling the nurse",
    "MicroPython is nice",
    "I ($) ota: download aborted by peer, errno $, will retry",
    "CORRUPT HEAP: is a text that this page explains",
    "no ***ERROR*** found in $ files",
};

constexpr auto boot_log = R"(ESP-ROM:esp32c3-api1-20210207
Build:Feb  7 2021
rst:0x1 (POWERON),boot:0xc (SPI_FAST_FLASH_BOOT)
I (24) boot: ESP-IDF v5.2.1 2nd stage bootloader
I (24) boot: compile time Jan 12 2026 09:00:00
I (62) boot: Partition Table:
I (66) boot: ## Label            Usage          Type ST Offset   Length
I (73) boot:  0 nvs              WiFi data        01 02 00009000 00006000
I (107) esp_image: segment 0: paddr=00010020 vaddr=3c020020 size=0a2a4h ( 41636) map
I (211) app_init: Project name:     abort-assert
I (216) app_init: App version:      1
I (221) app_init: ELF file SHA256:  4f1d0c5a9be77712...
I (226) app_init: ESP-IDF:          v5.2.1
)";

std::string filled(std::string_view text, std::mt19937& random)
{
    std::string line;
    for (const char c : text)
        line += c == '$' ? std::to_string(random() % 100'000) : std::string{c};
    return line;
}

std::string noise(std::mt19937& random)
{
    std::string bytes(random() % 200, '\0');
    for (auto& byte : bytes) byte = static_cast<char>(random());
    std::erase(bytes, '\n');
    return encode(bytes);
}

TEST(NoFalseAlarm, InTenMegabytesOfOrdinaryLogs)
{
    std::mt19937 random{20'260'203};
    WatchBench bench;
    unsigned boots = 0;
    for (std::size_t bytes = 0; bytes < 10'000'000;) {
        const auto which = random() % 1000;
        std::string text;
        if (which == 0) {
            text = boot_log;
            ++boots;
            bench.print(text);
        } else {
            text = which < 50 ? noise(random)
                              : filled(ordinary[random() % std::size(ordinary)], random);
            bench.line(text);
        }
        bytes += text.size() + 1;
        for (const auto& alert : bench.found.alerts)
            FAIL() << alert.rule << ": " << alert.text << " after " << bytes << " bytes";
        ASSERT_EQ(bench.found.crashes_begun, 0u) << text;
    }
    bench.quiet();
    EXPECT_THAT(bench.found.alerts, IsEmpty());
    EXPECT_EQ(bench.found.boots.size(), boots);
    EXPECT_GT(boots, 20u);
    bench.print("abort() was called at PC 0x400d1234 on core 0\nRebooting...\n");
    EXPECT_EQ(bench.found.alerts.size(), 1u) << "this test would not notice";
}

} // namespace
} // namespace loggerd
