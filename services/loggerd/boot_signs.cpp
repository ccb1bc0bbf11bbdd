#include "loggerd/boot_signs.hpp"

#include <re2/re2.h>

namespace loggerd {
namespace {

using contract::BootReport;

/// "rst:0x1 (POWERON),boot:0x8 (SPI_FAST_FLASH_BOOT)"; of an ESP8266
/// "rst cause:2, boot mode:(3,6)".
bool read_reset(const std::string& text, BootReport& boot)
{
    static const RE2 esp32{
        R"((rst:0x[0-9a-fA-F]{1,2} \([^()]{1,40}\)))"
        R"((?:,boot:(0x[0-9a-fA-F]{1,8}(?: \((?:[^()]|\([^()]*\)){1,60}\))?))?)"};
    static const RE2 esp8266{R"((rst cause:\d+), ?boot mode:(\(\d+,\d+\)))"};
    return RE2::PartialMatch(text, esp32, &boot.reason, &boot.mode) ||
           RE2::PartialMatch(text, esp8266, &boot.reason, &boot.mode);
}

/// "ESP-ROM:esp32s3-20210327", "ets Jun  8 2016 00:22:57", " ets Jan  8 2013,rst cause:…". A reset
/// cuts a line of the application, so it need not be at the front.
bool read_rom(const std::string& text, BootReport& boot)
{
    static const RE2 pattern{R"((ESP-ROM:esp32[a-z0-9]*-\d{8})\s*$|)"
                             R"((ets [A-Z][a-z]{2} [ \d]\d \d{4} \d\d:\d\d:\d\d)\s*$|)"
                             R"((ets [A-Z][a-z]{2} [ \d]\d \d{4}),rst cause:)"};
    std::string old;
    std::string oldest;
    if (!RE2::PartialMatch(text, pattern, &boot.rom, &old, &oldest)) return false;
    boot.rom += old + oldest;
    return true;
}

bool read_system(const std::string& text, BootReport& boot)
{
    static const RE2 zephyr{
        R"(^\*\*\* Booting (Zephyr OS|nRF Connect SDK|MCUboot)(?: build)? (\S+).* \*\*\*)"};
    static const RE2 python{
        R"(^(?:Adafruit )?((?:Micro|Circuit)Python) v?(\d\S*) on (\d{4}-\d\d-\d\d); \S)"};
    return RE2::PartialMatch(text, zephyr, &boot.app, &boot.app_version) ||
           RE2::PartialMatch(text, python, &boot.app, &boot.app_version, &boot.compiled);
}

} // namespace

std::optional<BootSign> boot_sign(const std::string& text)
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
    if (text == "MPY: soft reboot" || text == "soft reboot") {
        sign.of = BootSign::Of::restart;
        sign.told.reason = "soft reboot";
        return sign;
    }
    if (!read_system(text, sign.told)) return {};
    sign.of = BootSign::Of::system;
    sign.told.rom = text;
    return sign;
}

bool add_detail(const std::string& text, BootReport& boot)
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

bool enters_raw_repl(const std::string& text)
{
    return text.find("raw REPL; CTRL-B to exit") != std::string::npos;
}

} // namespace loggerd
