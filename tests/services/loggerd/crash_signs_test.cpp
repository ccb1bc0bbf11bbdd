// Crashes in the form of many systems; the texts are ours.
#include <gmock/gmock.h>

#include "watch_bench.hpp"

namespace loggerd {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

// Each is one crash, whose text has the second member.
struct Crash {
    const char* dump;
    const char* sign;
};

constexpr Crash crashes[] = {
    {"Guru Meditation Error: Core  1 panic'ed (StoreProhibited). Exception was unhandled.\n"
     "Core  1 register dump:\nPC      : 0x400d\nBacktrace: 0x400d1:0x3ffb\nRebooting...\n",
     "StoreProhibited"},
    {"Guru Meditation Error: Core  0 panic'ed (Interrupt wdt timeout on CPU0).\n", "Interrupt wdt"},
    {"Guru Meditation Error: Core  0 panic'ed (Load access fault). Exception was unhandled.\n"
     "MEPC    : 0x4200628a\nStack memory:\n3fc8f3b0: 0x00000000 0x42000000\n",
     "Load access fault"},
    {"Guru Meditation Error: Core  0 panic'ed (Unhandled debug exception).\n"
     "Debug exception reason: Stack canary watchpoint triggered (main)\n",
     "Unhandled debug"},
    {"I (77) app: cut ofGuru Meditation Error: Core  0 panic'ed (IllegalInstruction).\n", "cut of"},
    {"Guru Meditation Error: Core  0 panic'ed (Cache disabled but cached memory region accessed)",
     "Cache disabled"},
    {"abort() was called at PC 0x4008e3a7 on core 0\n\nBacktrace: 0x4:0x5\n", "abort()"},
    {"assert failed: xQueueSemaphoreTake queue.c:1545 (( pxQueue ))\nBacktrace:0x4:0x5\n",
     "queue.c"},
    {"assertion \"x == 1\" failed: file \"main.c\", line 12, function: app_main\nabort() was "
     "called "
     "at PC 0x4\n",
     "x == 1"},
    {"\\x1b[0;31mE (10303) task_wdt: Task watchdog got triggered. The following tasks did not "
     "reset the watchdog in time:\\x1b[0m\nE (10303) task_wdt:  - IDLE0 (CPU 0)\n",
     "task_wdt"},
    {"E (10:20:30.400) task_wdt: Task watchdog got triggered. The following\n", "task_wdt"},
    {"Brownout detector was triggered\n", "Brownout"},
    {"E BOD: Brownout detector was triggered\n", "Brownout"},
    {"***ERROR*** A stack overflow in task sensor_task has been detected.\nBacktrace: 0x4:0x5\n",
     "sensor_task"},
    {"Stack smashing protect failure!\nabort() was called at PC 0x4\n", "smashing"},
    {"CORRUPT HEAP: Bad head at 0x3ffb1234. Expected 0xabba1234 got 0x00000000\nassert failed: "
     "multi_heap_free multi_heap_poisoning.c:253 (head != NULL)\n",
     "Bad head"},
    {"--------------- CUT HERE FOR EXCEPTION DECODER ---------------\n\nException (28):\n"
     "epc1=0x402010f3 epc2=0x00000000 excvaddr=0x00000000\n\n>>>stack>>>\n\nctx: cont\n"
     "3fffff10:  00000000 3ffee4c8\n<<<stack<<<\n",
     "Exception (28)"},
    {"Soft WDT reset\n\n>>>stack>>>\n", "Soft WDT"},
    {"User exception (panic/abort/assert)\nPanic core_main.cpp:133 loop_task\n", "User exception"},
    {"Unhandled C++ exception: OOM\n>>>stack>>>\n", "OOM"},
    {"Fatal exception (28): \nepc1=0x40\n", "Fatal exception"},
    {"E: ***** MPU FAULT *****\nE:   Data Access Violation\nE: >>> ZEPHYR FATAL ERROR 19: Data "
     "Access Violation on CPU 0\nE: Halting system\n",
     "MPU FAULT"},
    {"[00:00:01.000,000] <err> os: ***** HARD FAULT *****\n", "HARD FAULT"},
    {"E: >>> ZEPHYR FATAL ERROR 4: Kernel panic on CPU 0\n", "ZEPHYR"},
    {"ASSERTION FAIL [x != NULL] @ WEST_TOPDIR/app/src/main.c:77\n", "main.c:77"},
    {"====================== PANIC ======================\npanicked at src/main.rs:42:5:\n"
     "called `Option::unwrap()` on a `None` value\nBacktrace:\n0x42001234\n",
     "PANIC"},
    {"thread 'main' panicked at src/bin/sensor.rs:10:9:\n", "sensor.rs"},
    {"!! A panic occured in 'src/main.rs', at line 42, column 5\n", "src/main.rs"},
    {"Exception 'Load access fault' mepc=0x4200001e, mtval=0x00000000\n", "mepc"},
    {"Traceback (most recent call last):\n  File \"main.py\", line 3, in <module>\n"
     "ZeroDivisionError: divide by zero\n",
     "main.py"},
    {"++ MbedOS Fault Handler ++\n\nFaultType: HardFault\n", "MbedOS"},
    {"up_hardfault: PANIC!!! Hard Fault: 40000000\n", "PANIC!!!"},
    {"*** PANIC ***\n\nOut of memory\n", "PANIC"},
    {"[Hard fault handler]\nR0 = 0x20000000\nCFSR = 0x00008200\n", "Hard fault"},
    {"HardFault_Handler\nHFSR: 0x40000000\n", "HardFault"},
};

TEST(CrashSigns, FindOneCrashInEachDump)
{
    for (const auto& [dump, sign] : crashes) {
        WatchBench bench{rules_of(R"({"rules": [{"name": "memory", "enabled": false}]})")};
        bench.line("I (1) app: fine");
        bench.print(dump);
        bench.quiet();
        ASSERT_THAT(bench.found.alerts, SizeIs(1)) << dump;
        EXPECT_EQ(bench.found.alerts[0].rule, "crash") << dump;
        EXPECT_THAT(bench.found.alerts[0].text, HasSubstr(sign)) << dump;
        EXPECT_EQ(bench.found.crashes_begun, 1u) << dump;
    }
}

TEST(CrashSigns, ATypingErrorAtAnInterpretersPromptIsNone)
{
    WatchBench bench;
    bench.print("Traceback (most recent call last):\n  File \"<stdin>\", line 1, in <module>\n"
                "NameError: name 'x' isn't defined\n");
    bench.quiet();
    EXPECT_EQ(bench.found.crashes_begun, 0u);
}

} // namespace
} // namespace loggerd
