#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace boardsim {

/// CRC-32 as zlib and Python's zlib.crc32 have it.
class Crc32 {
public:
    void add(std::string_view bytes);
    std::string hex() const; ///< eight digits

private:
    std::uint32_t state_ = 0xFFFFFFFF;
};

/// What an ESP32 with a small test app does on its UART. No I/O: bytes in, bytes out.
///
/// It prints a boot log and ticks. Commands, one a line: `crash` (Guru Meditation, Backtrace,
/// reboot), `reboot`, `flood N` (N bytes of text, then their CRC-32), `sink N` (takes N raw bytes
/// and answers with their CRC-32); anything else comes back as `echo: …`.
class Board {
public:
    /// @param name  printed in the boot log, so that two boards can be told apart
    explicit Board(std::string name);

    static constexpr std::size_t most_flood = 16 * 1024 * 1024;

    /// Power on: what it prints then.
    std::string boot(std::string_view reason = "rst:0x1 (POWERON_RESET)");
    /// Bytes came in: what it prints because of them.
    std::string receive(std::string_view bytes);
    /// One line of `main: tick N`; `uptime` is since the last boot.
    std::string tick(std::chrono::milliseconds uptime);

    /// True once after a boot, so that the caller restarts its clock.
    bool take_rebooted();

private:
    std::string run(const std::string& line);
    std::string crash();
    std::string flood(std::size_t bytes);
    void take_sunk(std::string_view& bytes, std::string& out);

    static constexpr std::size_t longest_line = 1024;

    std::string name_;
    std::string line_;
    std::uint64_t ticks_ = 0;
    std::size_t to_sink_ = 0;
    Crc32 sunk_;
    bool rebooted_ = false;
};

} // namespace boardsim
