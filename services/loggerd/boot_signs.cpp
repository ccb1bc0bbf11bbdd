#include "loggerd/boot_signs.hpp"

#include <re2/re2.h>

namespace loggerd {
namespace {

using contract::BootReport;

constexpr auto esp32_reset =
    R"((rst:0x[0-9a-fA-F]{1,2} \([^()]{1,40}\)))"
    R"((?:,boot:(0x[0-9a-fA-F]{1,8}(?: \((?:[^()]|\([^()]*\)){1,60}\))?))?)";
constexpr auto esp8266_reset = R"((rst cause:\d+), ?boot mode:(\(\d+,\d+\)))";
// Months by name, so that a LineSieve has a word of some length.
constexpr auto rom_banner =
    R"((ESP-ROM:esp32[a-z0-9]*-\d{8})\s*$|)"
    R"((ets (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [ \d]\d \d{4} \d\d:\d\d:\d\d)\s*$|)"
    R"((ets (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [ \d]\d \d{4}),rst cause:)";
constexpr auto zephyr_banner =
    R"(^\*\*\* Booting (Zephyr OS|nRF Connect SDK|MCUboot)(?: build)? (\S+).* \*\*\*)";
constexpr auto python_banner =
    R"(^(?:Adafruit )?((?:Micro|Circuit)Python) v?(\d\S*) on (\d{4}-\d\d-\d\d); \S)";
constexpr std::string_view soft_reboot = "soft reboot";
constexpr std::string_view raw_repl = "raw REPL; CTRL-B to exit";

/// "rst:0x1 (POWERON),boot:0x8 (SPI_FAST_FLASH_BOOT)"; of an ESP8266
/// "rst cause:2, boot mode:(3,6)".
bool read_reset(std::string_view text, BootReport& boot)
{
    static const RE2 esp32{esp32_reset};
    static const RE2 esp8266{esp8266_reset};
    return RE2::PartialMatch(text, esp32, &boot.reason, &boot.mode) ||
           RE2::PartialMatch(text, esp8266, &boot.reason, &boot.mode);
}

/// "ESP-ROM:esp32s3-20210327", "ets Jun  8 2016 00:22:57", " ets Jan  8 2013,rst cause:…". A reset
/// cuts a line of the application, so it need not be at the front.
bool read_rom(std::string_view text, BootReport& boot)
{
    static const RE2 pattern{rom_banner};
    std::string old;
    std::string oldest;
    if (!RE2::PartialMatch(text, pattern, &boot.rom, &old, &oldest)) return false;
    boot.rom += old + oldest;
    return true;
}

bool read_system(std::string_view text, BootReport& boot)
{
    static const RE2 zephyr{zephyr_banner};
    static const RE2 python{python_banner};
    return RE2::PartialMatch(text, zephyr, &boot.app, &boot.app_version) ||
           RE2::PartialMatch(text, python, &boot.app, &boot.app_version, &boot.compiled);
}

} // namespace

std::vector<std::string> boot_sign_patterns()
{
    return {esp32_reset,          esp8266_reset, rom_banner,
            zephyr_banner,        python_banner, std::string{soft_reboot},
            std::string{raw_repl}};
}

std::optional<BootSign> boot_sign(std::string_view text)
{
    BootSign sign;
    sign.told.banner = text;
    const bool rom = read_rom(text, sign.told);
    const bool reset = read_reset(text, sign.told);
    if (rom) return sign;
    if (reset) {
        sign.of = BootSign::Of::reset;
        return sign;
    }
    if (text == "MPY: soft reboot" || text == soft_reboot) {
        sign.of = BootSign::Of::restart;
        sign.told.reason = soft_reboot;
        return sign;
    }
    if (!read_system(text, sign.told)) return {};
    sign.of = BootSign::Of::system;
    sign.told.rom = text;
    return sign;
}

bool add_detail(std::string_view text, BootReport& boot)
{
    static const RE2 bootloader{R"(boot: ESP-IDF (\S{1,80}) 2nd stage bootloader)"};
    static const RE2 app{R"((?:cpu_start|app_init): )"
                         R"((Project name|App version|Compile time|ELF file SHA256|ESP-IDF): +)"
                         R"((\S.{0,79}))"};
    if (RE2::PartialMatch(text, bootloader, &boot.idf_version)) return false;
    std::string what;
    std::string value;
    if (!RE2::PartialMatch(text, app, &what, &value)) return false;
    while (value.ends_with(' ') || value.ends_with('.')) value.pop_back();
    if (what == "Project name") boot.app = value;
    if (what == "App version") boot.app_version = value;
    if (what == "Compile time") boot.compiled = value;
    if (what == "ELF file SHA256") boot.elf_sha256 = value;
    if (what == "ESP-IDF") boot.idf_version = value;
    return what == "ESP-IDF";
}

bool enters_raw_repl(std::string_view text)
{
    return text.find(raw_repl) != std::string_view::npos;
}

} // namespace loggerd
