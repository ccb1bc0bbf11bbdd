#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace loggerd {

/// What crashes look like: ESP-IDF and Arduino on ESP32 and ESP8266, Zephyr, esp-rs and Rust's
/// std, MicroPython, Mbed OS, NuttX, the Pico SDK. No state. Texts are plain_text().
/// Strict on purpose: sentences that only mention an abort or a backtrace are no crash.

/// @param before  the line before it: a traceback is told from a typing error by both
bool is_crash(std::string_view text, std::string_view before);

/// Of RE2: a crash matches one of these, unless it names_fault_register(). For a LineSieve.
std::vector<std::string> crash_sign_patterns();

/// "HFSR: 0x40000000": ARM's fault status registers, whose names are too short for a LineSieve.
bool names_fault_register(std::string_view text);

/// Nothing more of the dump comes after this line.
bool ends_dump(std::string_view text);

/// Registers, addresses, memory or a core dump, not what an application says.
bool is_of_dump(std::string_view text);

} // namespace loggerd
