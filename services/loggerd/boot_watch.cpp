#include "loggerd/boot_watch.hpp"

#include <algorithm>
#include <utility>

#include "loggerd/crash_signs.hpp"
#include "loggerd/encoder.hpp"
#include "loggerd/line_sieve.hpp"
#include "loggerd/plain_text.hpp"

namespace loggerd {
namespace {

constexpr unsigned reason_within = 3; // lines after a ROM's first

/// Never ends within a character: it has to come back from a record, which is UTF-8, as it was.
std::string_view shortened(std::string_view text)
{
    const auto kept = text.substr(0, BootWatch::context_line_bytes);
    return kept.substr(0, kept.size() - unfinished_utf8(kept));
}

bool may_hold_sign(std::string_view text)
{
    static const LineSieve sieve{[] {
        auto patterns = boot_sign_patterns();
        for (auto& pattern : crash_sign_patterns()) patterns.push_back(std::move(pattern));
        return patterns;
    }()};
    return sieve.may_match(text) || names_fault_register(text);
}

std::size_t bytes_of(const std::vector<std::string>& lines)
{
    std::size_t bytes = 0;
    for (const auto& line : lines) bytes += line.size();
    return bytes;
}

} // namespace

BootWatch::Found BootWatch::line(const Line& line, const std::string& epoch)
{
    if (line.kind != Kind::rx) return {};
    Found found;
    end_by_time(line.time, found);
    state_.last = line.time;
    const auto text = plain_text(line.text, plain_);
    const bool is_ordinary = !state_.boot && !state_.crash && !may_hold_sign(text);
    if (is_ordinary) {
        remember(line.text);
        return found;
    }
    look_for_boot(text, line, epoch, found);
    if (state_.crash)
        add_to_dump(text, line.text, found);
    else
        look_for_crash(text, line, epoch, found);
    return found;
}

BootWatch::Found BootWatch::quiet(std::chrono::milliseconds since_last)
{
    return since_last >= pause ? finish() : Found{};
}

BootWatch::Found BootWatch::finish()
{
    Found found;
    end_boot(found);
    end_crash(found);
    return found;
}

std::optional<std::chrono::milliseconds> BootWatch::next_quiet() const
{
    if (!state_.boot && !state_.crash) return {};
    return pause;
}

std::vector<std::string> BootWatch::context() const
{
    std::vector<std::string> lines{state_.context.begin(), state_.context.end()};
    if (const auto& crash = state_.crash) {
        lines.emplace_back(shortened(crash->text));
        lines.insert(lines.end(), crash->dump.begin(), crash->dump.end());
    }
    if (lines.size() > context_lines) lines.erase(lines.begin(), lines.end() - context_lines);
    return lines;
}

void BootWatch::restore(State state)
{
    state_ = std::move(state);
    while (state_.context.size() > context_lines) state_.context.pop_front();
}

void BootWatch::end_by_time(contract::Time time, Found& found)
{
    if (time - state_.last >= pause) {
        end_boot(found);
        end_crash(found);
    }
    if (state_.crash && time - state_.crash->time >= dump_time) end_crash(found);
}

void BootWatch::look_for_boot(std::string_view text, const Line& line, const std::string& epoch,
                              Found& found)
{
    if (enters_raw_repl(text)) state_.raw_repl = true;
    auto sign = boot_sign(text);
    if (!sign) {
        if (!state_.boot) return;
        if (add_detail(text, *state_.boot) || ++state_.boot_lines >= boot_lines) end_boot(found);
        return;
    }
    const bool is_echo = std::exchange(state_.raw_repl, false) && sign->of == BootSign::Of::system;
    if (is_echo) return;
    auto& told = sign->told;
    if (belongs_to_boot(*sign)) {
        auto& boot = *state_.boot;
        if (sign->of == BootSign::Of::reset) {
            boot.reason = std::move(told.reason);
            boot.mode = std::move(told.mode);
            boot.banner = shortened(text);
        } else {
            boot.app = std::move(told.app);
            boot.app_version = std::move(told.app_version);
            boot.compiled = std::move(told.compiled);
        }
    } else {
        end_crash(found);
        end_boot(found);
        told.banner.resize(shortened(told.banner).size());
        told.rom.resize(shortened(told.rom).size());
        told.serial_seq = line.seq;
        told.serial_epoch = epoch;
        told.time = line.time;
        state_.boot = std::move(told);
        state_.boot_lines = 0;
        ++found.boots_begun;
    }
    const auto& app = state_.boot->app;
    if (sign->of == BootSign::Of::system && app != "MCUboot") end_boot(found);
}

/// A ROM's reason comes with its next lines; a bootloader and a system are one boot with the ROM
/// before them.
bool BootWatch::belongs_to_boot(const BootSign& sign) const
{
    if (!state_.boot) return false;
    const auto& boot = *state_.boot;
    if (sign.of == BootSign::Of::reset)
        return boot.reason.empty() && boot.app.empty() && state_.boot_lines <= reason_within;
    return sign.of == BootSign::Of::system && (boot.app.empty() || boot.app == "MCUboot");
}

void BootWatch::look_for_crash(std::string_view text, const Line& line, const std::string& epoch,
                               Found& found)
{
    std::string room;
    const auto before =
        state_.context.empty() ? std::string_view{} : plain_text(state_.context.back(), room);
    if (!is_crash(text, before)) return remember(line.text);
    end_boot(found);
    contract::AlertReport crash;
    crash.rule = "crash";
    crash.text = line.text;
    crash.serial_seq = line.seq;
    crash.serial_epoch = epoch;
    crash.time = line.time;
    state_.crash = std::move(crash);
    state_.dump_left = dump_lines;
    ++found.crashes_begun;
}

void BootWatch::add_to_dump(std::string_view text, const std::string& encoded, Found& found)
{
    auto& crash = *state_.crash;
    auto kept = std::string{shortened(encoded)};
    if (crash.dump.size() < kept_lines && bytes_of(crash.dump) + kept.size() <= kept_bytes)
        crash.dump.push_back(std::move(kept));
    else
        ++crash.dump_left_out;
    if (ends_dump(text) || (!is_of_dump(text) && --state_.dump_left == 0)) end_crash(found);
}

void BootWatch::end_boot(Found& found)
{
    if (!state_.boot) return;
    found.boots.push_back(*std::exchange(state_.boot, std::nullopt));
}

void BootWatch::end_crash(Found& found)
{
    if (!state_.crash) return;
    auto crash = *std::exchange(state_.crash, std::nullopt);
    crash.context = {state_.context.begin(), state_.context.end()};
    remember(crash.text);
    for (const auto& line : crash.dump) remember(line);
    found.alerts.push_back(std::move(crash));
}

void BootWatch::remember(std::string_view text)
{
    std::string kept;
    if (state_.context.size() >= context_lines) {
        kept = std::move(state_.context.front()); // for its memory
        state_.context.pop_front();
    }
    kept = shortened(text);
    state_.context.push_back(std::move(kept));
}

} // namespace loggerd
