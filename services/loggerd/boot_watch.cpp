#include "loggerd/boot_watch.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace loggerd {
namespace {

constexpr std::array crash_texts{
    std::string_view{"Guru Meditation Error"},
    std::string_view{"abort() was called"},
    std::string_view{"assert failed: "},
    std::string_view{"assertion \""},
    std::string_view{"Brownout detector was triggered"},
    std::string_view{"Task watchdog got triggered"},
    std::string_view{"Interrupt wdt timeout"},
    std::string_view{"A stack overflow in task"},
    std::string_view{"CORRUPT HEAP: "},
    std::string_view{"Soft WDT reset"},
    std::string_view{"ZEPHYR FATAL ERROR"},
    std::string_view{"Backtrace: 0x"},
    std::string_view{"Backtrace:0x"},
};

/// "rst:0x1 (POWERON_RESET)" in "rst:0x1 (POWERON_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)", and
/// "rst cause:2" of an ESP8266. Empty: the line tells no reason.
std::string reset_reason(std::string_view text)
{
    const auto at = std::min(text.find("rst:0x"), text.find("rst cause:"));
    if (at == std::string_view::npos) return {};
    text.remove_prefix(at);
    return std::string{text.substr(0, std::min(text.find(','), std::size_t{64}))};
}

/// "ets Jun  8 2016 00:22:57", "ESP-ROM:esp32s3-20210327"
bool is_banner(std::string_view text)
{
    if (text.starts_with(' ')) text.remove_prefix(1);
    return text.starts_with("ESP-ROM:") || text.starts_with("ets J");
}

} // namespace

BootWatch::Found BootWatch::line(const Line& line)
{
    if (line.kind != Kind::rx) return {};
    Found found;
    found.boot = boot_in(line.text);
    if (found.boot) dump_left_ = 0;
    if (is_crash(line.text))
        found.alert = contract::LogAlert{
            "crash", line.text, {context_.begin(), context_.end()}, line.seq, {}};
    remember(line.text);
    if (found.boot) found.boot->serial_seq = line.seq;
    return found;
}

std::optional<contract::LogBoot> BootWatch::boot_in(const std::string& text)
{
    std::string unexplained;
    if (!banner_.empty() && ++since_banner_ > 3) unexplained = std::exchange(banner_, {});
    const bool banner = is_banner(text);
    if (banner) {
        if (!banner_.empty()) unexplained = banner_;
        banner_ = text;
        since_banner_ = 0;
    }
    if (auto reason = reset_reason(text); !reason.empty()) {
        banner_.clear();
        return contract::LogBoot{std::move(reason), text, 0, {}};
    }
    if (!unexplained.empty()) return contract::LogBoot{"", unexplained, 0, {}};
    return {};
}

bool BootWatch::is_crash(const std::string& text)
{
    if (dump_left_ != 0) {
        --dump_left_;
        return false;
    }
    const bool crash = std::ranges::any_of(
        crash_texts, [&](std::string_view sign) { return text.find(sign) != std::string::npos; });
    if (crash) dump_left_ = dump_lines;
    return crash;
}

void BootWatch::remember(const std::string& text)
{
    context_.push_back(text.substr(0, context_line_bytes));
    if (context_.size() > context_lines) context_.pop_front();
}

} // namespace loggerd
