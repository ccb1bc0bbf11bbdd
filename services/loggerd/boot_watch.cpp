#include "loggerd/boot_watch.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "loggerd/encoder.hpp"

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

/// Never ends within a character: it has to come back from a record, which is UTF-8, as it was.
std::string shortened(const std::string& text)
{
    auto kept = text.substr(0, BootWatch::context_line_bytes);
    kept.resize(kept.size() - unfinished_utf8(kept));
    return kept;
}

} // namespace

BootWatch::Found BootWatch::line(const Line& line)
{
    if (line.kind != Kind::rx) return {};
    Found found;
    found.boot = boot_in(line.text);
    if (found.boot) state_.dump_left = 0;
    if (is_crash(line.text))
        found.alert = contract::LogAlert{
            "crash", line.text, {state_.context.begin(), state_.context.end()}, line.seq, {}};
    remember(line.text);
    if (found.boot) found.boot->serial_seq = line.seq;
    return found;
}

void BootWatch::restore(State state)
{
    state_ = std::move(state);
    while (state_.context.size() > context_lines) state_.context.pop_front();
}

std::optional<contract::LogBoot> BootWatch::boot_in(const std::string& text)
{
    std::string unexplained;
    if (!state_.banner.empty() && ++state_.since_banner > 3)
        unexplained = std::exchange(state_.banner, {});
    const bool banner = is_banner(text);
    if (banner) {
        if (!state_.banner.empty()) unexplained = state_.banner;
        state_.banner = shortened(text);
        state_.since_banner = 0;
    }
    if (auto reason = reset_reason(text); !reason.empty()) {
        state_.banner.clear();
        return contract::LogBoot{std::move(reason), text, 0, {}};
    }
    if (!unexplained.empty()) return contract::LogBoot{"", unexplained, 0, {}};
    return {};
}

bool BootWatch::is_crash(const std::string& text)
{
    if (state_.dump_left != 0) {
        --state_.dump_left;
        return false;
    }
    const bool crash = std::ranges::any_of(
        crash_texts, [&](std::string_view sign) { return text.find(sign) != std::string::npos; });
    if (crash) state_.dump_left = dump_lines;
    return crash;
}

void BootWatch::remember(const std::string& text)
{
    state_.context.push_back(shortened(text));
    if (state_.context.size() > context_lines) state_.context.pop_front();
}

} // namespace loggerd
