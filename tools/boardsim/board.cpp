#include "boardsim/board.hpp"

#include <array>
#include <charconv>
#include <optional>
#include <utility>

namespace boardsim {
namespace {

constexpr std::array<std::uint32_t, 256> make_crc_table()
{
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t byte = 0; byte < 256; ++byte) {
        std::uint32_t value = byte;
        for (int bit = 0; bit < 8; ++bit) value = (value >> 1) ^ ((value & 1) ? 0xEDB88320U : 0U);
        table[byte] = value;
    }
    return table;
}
constexpr auto crc_table = make_crc_table();

/// "flood 1000" with word "flood" is 1000; nothing for anything else.
std::optional<std::size_t> argument(std::string_view line, std::string_view word)
{
    if (!line.starts_with(word) || line.size() <= word.size() || line[word.size()] != ' ')
        return {};
    const auto digits = line.substr(word.size() + 1);
    std::size_t number = 0;
    const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (fault != std::errc{} || end != digits.data() + digits.size()) return {};
    if (number > Board::most_flood) return {};
    return number;
}

} // namespace

void Crc32::add(std::string_view bytes)
{
    for (const char c : bytes)
        state_ = (state_ >> 8) ^ crc_table[(state_ ^ static_cast<unsigned char>(c)) & 0xFF];
}

std::string Crc32::hex() const
{
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    for (int shift = 28; shift >= 0; shift -= 4) out += digits[(~state_ >> shift) & 0xF];
    return out;
}

Board::Board(std::string name) : name_(std::move(name)) {}

std::string Board::boot(std::string_view reason)
{
    line_.clear();
    ticks_ = 0;
    to_sink_ = 0;
    rebooted_ = true;
    return "ets Jul 29 2019 12:21:46\r\n\r\n" + std::string(reason) +
           ",boot:0x13 (SPI_FAST_FLASH_BOOT)\r\n"
           "configsip: 0, SPIWP:0xee\r\n"
           "mode:DIO, clock div:2\r\n"
           "load:0x3fff0030,len:7176\r\n"
           "entry 0x400805e4\r\n"
           "I (29) boot: ESP-IDF v5.2 2nd stage bootloader\r\n"
           "I (48) boot: chip revision: v3.0\r\n"
           "I (262) cpu_start: Pro cpu up.\r\n"
           "I (310) main: board " +
           name_ + " is up; commands: crash, reboot, flood N, sink N, anything else is echoed\r\n";
}

std::string Board::tick(std::chrono::milliseconds uptime)
{
    return "I (" + std::to_string(uptime.count()) + ") main: tick " + std::to_string(ticks_++) +
           "\r\n";
}

std::string Board::receive(std::string_view bytes)
{
    std::string out;
    while (!bytes.empty()) {
        if (to_sink_ > 0) {
            take_sunk(bytes, out);
            continue;
        }
        const char c = bytes.front();
        bytes.remove_prefix(1);
        if (c != '\n' && c != '\r') {
            if (line_.size() < longest_line) line_ += c;
        } else if (!line_.empty()) {
            out += run(std::exchange(line_, {}));
        }
    }
    return out;
}

void Board::take_sunk(std::string_view& bytes, std::string& out)
{
    const auto taken = bytes.substr(0, to_sink_);
    sunk_.add(taken);
    to_sink_ -= taken.size();
    bytes.remove_prefix(taken.size());
    if (to_sink_ == 0) out += "sunk " + sunk_.hex() + "\r\n";
}

std::string Board::run(const std::string& line)
{
    if (line == "reboot") return boot("rst:0xc (SW_CPU_RESET)");
    if (line == "crash") return crash();
    if (const auto bytes = argument(line, "flood")) return flood(*bytes);
    if (const auto bytes = argument(line, "sink")) {
        to_sink_ = *bytes;
        sunk_ = {};
        return *bytes > 0 ? "sinking\r\n" : "sunk 00000000\r\n";
    }
    return "echo: " + line + "\r\n";
}

std::string Board::crash()
{
    return "Guru Meditation Error: Core  0 panic'ed (LoadProhibited). Exception was unhandled.\r\n"
           "\r\n"
           "Core  0 register dump:\r\n"
           "PC      : 0x400d5a3c  PS      : 0x00060330  A0      : 0x800d5b1a  A1      : "
           "0x3ffb5c90\r\n"
           "EXCVADDR: 0x00000000  LBEG    : 0x4000c2e0  LEND    : 0x4000c2f6  LCOUNT  : "
           "0x00000000\r\n"
           "\r\n"
           "Backtrace: 0x400d5a39:0x3ffb5c90 0x400d5b17:0x3ffb5cb0 0x400d2c51:0x3ffb5cd0\r\n"
           "\r\n"
           "ELF file SHA256: 7f3a91c04be1d2aa\r\n"
           "\r\n"
           "Rebooting...\r\n" +
           boot("rst:0xc (SW_CPU_RESET)");
}

std::string Board::flood(std::size_t bytes)
{
    constexpr std::string_view text =
        "the quick brown fox jumps over the lazy dog 0123456789 ABCDEF\r\n";
    std::string out;
    out.reserve(bytes + 32);
    while (out.size() < bytes) out += text.substr(0, bytes - out.size());
    Crc32 crc;
    crc.add(out);
    return out + "\r\nflooded " + crc.hex() + "\r\n";
}

bool Board::take_rebooted()
{
    return std::exchange(rebooted_, false);
}

} // namespace boardsim
