#include "loggerd/crash_signs.hpp"

#include <array>

#include <re2/re2.h>

namespace loggerd {
namespace {

// Each is one alternative. Where a crash can cut into an unfinished line of the application,
// the pattern may begin anywhere, and so says more of what follows.
constexpr std::array crash_patterns{
    // ESP-IDF, and Arduino on it
    R"(Guru Meditation Error: Core\s+\d+ panic'ed \()",
    R"(abort\(\) was called at PC 0x[0-9a-fA-F]+)",
    R"(assert failed: \S.* \S+:\d+ \()",
    R"(assertion ".*" failed: file ".*", line \d+)",
    R"(E \([0-9:.]+\) task_wdt: Task watchdog got triggered)",
    R"(^Task watchdog got triggered\. The following tasks)",
    R"((?:^|E \([0-9:.]+\) |BOD: )Brownout detector was triggered\s*$)",
    R"(\*\*\*ERROR\*\*\* A stack overflow in task .{1,40} has been detected)",
    R"(^\s*Stack smashing protect failure!)",
    R"(CORRUPT HEAP: (?:Bad head|Bad tail|Invalid data|multi_heap|Block|Abnormal).*0x[0-9a-fA-F]+)",
    R"(^\s*Backtrace: ?0x[0-9a-fA-F]+:0x[0-9a-fA-F]+)",
    // ESP8266: Arduino and the RTOS SDK
    R"(^Exception \(\d+\):\s*$)",
    R"(^Fatal exception \(?\d+\)?\s?\(?[A-Za-z]*\)?:)",
    R"(^Soft WDT reset\s*$)",
    R"(^(?:User exception \(panic/abort/assert\)|Unhandled C\+\+ exception: \S+|Abort called)\s*$)",
    R"(^Panic \S+:\d+ \S+\s*$)",
    R"(^>>>stack>>>\s*$)",
    // Zephyr
    R"(\*{5} (?:MPU|BUS|USAGE|HARD|SECURE|MMU|CPU|Kernel|Debug monitor|Reserved)[A-Za-z ]*)"
    R"((?:FAULT|exception|Exception|OOPS|PANIC)[^*]*\*{5})",
    R"(>>> ZEPHYR FATAL ERROR \d+)",
    R"(ASSERTION FAIL \[.*\] @ \S+:\d+)",
    // Rust
    R"((?:^|' )panicked at .*\S+\.rs:\d+(?::\d+)?)",
    R"(^!! A panic occured in ')",
    R"(^={6,} PANIC ={6,})",
    R"(^(?:Exception occured '\w+'|Exception '[A-Za-z ]+' mepc=0x))",
    // ARM: Mbed OS, NuttX, the Pico SDK, and the handlers that everybody writes
    R"(^\+\+ MbedOS (?:Fault Handler|Error Info) \+\+)",
    R"((?:arm|up)_(?:hardfault|usagefault|busfault|memfault): .*(?:PANIC|[Ff]ault))",
    R"((?:^|: )Assertion failed at file:\S+)",
    R"(^\*\*\* PANIC \*\*\*\s*$)",
    R"(^[\[*=\-\s]*(?i:hard fault|hardfault)(?:_Handler| handler| exception| occurred| detected)?)"
    R"([\]*=:!\-\s]*$)",
};

/// A name in angle brackets is what a person typed into the interpreter.
constexpr auto script_place = R"(^  File "[^<"][^"]*", line \d+)";

std::string joined()
{
    std::string all;
    for (const auto* pattern : crash_patterns)
        ((all += all.empty() ? "(?:" : "|(?:") += pattern) += ')';
    return all;
}

} // namespace

bool names_fault_register(std::string_view text)
{
    const auto begin = text.find_first_not_of(' ');
    if (begin == std::string_view::npos || text.substr(begin + 1, 3) != "FSR") return false;
    static const RE2 pattern{R"(^\s*(?:HFSR|CFSR)\s*[:=]\s*0x[0-9A-Fa-f]{8})"};
    return RE2::PartialMatch(text, pattern);
}

std::vector<std::string> crash_sign_patterns()
{
    std::vector<std::string> patterns{crash_patterns.begin(), crash_patterns.end()};
    patterns.emplace_back(script_place);
    return patterns;
}

bool is_crash(std::string_view text, std::string_view before)
{
    static const RE2 signs{joined()};
    static const RE2 place{script_place};
    if (RE2::PartialMatch(text, signs) || names_fault_register(text)) return true;
    return before.starts_with("Traceback (most recent call last):") &&
           RE2::PartialMatch(text, place);
}

bool ends_dump(std::string_view text)
{
    static const RE2 pattern{R"(^(?:Rebooting\.\.\.|.*CORE DUMP END.*)\s*$)"};
    return RE2::PartialMatch(text, pattern);
}

bool is_of_dump(std::string_view text)
{
    static const RE2 pattern{R"(0x[0-9a-fA-F]{8}|^\s*[0-9a-fA-F]{8}: |^[A-Za-z0-9+/=]{40,}$)"};
    return RE2::PartialMatch(text, pattern);
}

} // namespace loggerd
