#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "contract/board_reports.hpp"

namespace loggerd {

/// What boots look like: the ROMs of ESP32, S2, S3, C3, C6 and ESP8266, and the first line of
/// Zephyr, MCUboot, MicroPython and CircuitPython. No state. Texts are plain_text().
struct BootSign {
    enum class Of { rom, reset, system, restart } of = Of::rom;
    contract::BootReport told; ///< what the line itself says of the boot
};
std::optional<BootSign> boot_sign(std::string_view text);

/// Of RE2: a line for which boot_sign() or enters_raw_repl() has an answer matches one of these.
std::vector<std::string> boot_sign_patterns();

/// A line of an application that starts adds what it says of itself. True: the last of them.
bool add_detail(std::string_view text, contract::BootReport& boot);

/// A tool talks to MicroPython; when it stops, the banner comes without a boot.
bool enters_raw_repl(std::string_view text);

} // namespace loggerd
