#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "contract/messages.hpp"

/// What loggerd says of boards in full. LogBoot and LogAlert are the members that are always
/// there; these are written with more, which a reader of the short form ignores.
namespace contract {

/// log.boot/<slot>/: what a board's own log told of the boot; "" where it did not.
struct BootReport : LogBoot {
    std::string rom;  ///< "ESP-ROM:esp32s3-20210327", or the first line of another system
    std::string mode; ///< "0x13 (SPI_FAST_FLASH_BOOT)"
    std::string idf_version;
    std::string app; ///< ESP-IDF's project name, or "Zephyr", "MicroPython"
    std::string app_version;
    std::string compiled; ///< "Jan 14 2026 10:12:08", as the board writes it
    std::string elf_sha256;
    Time time{}; ///< of its first line
    bool operator==(const BootReport&) const = default;
};

/// log.alert/<slot>/: context is what came before the line, dump what came after it.
struct AlertReport : LogAlert {
    Time time{};                     ///< of the line
    std::vector<std::string> dump;   ///< of a crash, until the board started again or went quiet
    std::uint64_t dump_left_out = 0; ///< lines of it beyond what an event holds
    std::uint64_t held_back = 0;     ///< matches since the rule's last alert, for its rate limit
    bool operator==(const AlertReport&) const = default;

    /// The same however often it is sent.
    std::string id() const { return serial_epoch + "-" + std::to_string(serial_seq) + "-" + rule; }
};

void to_json(Json& json, const BootReport& value);
void to_json(Json& json, const AlertReport& value);
void from_json(const Json& json, BootReport& value);
void from_json(const Json& json, AlertReport& value);

} // namespace contract
