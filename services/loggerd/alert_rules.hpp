#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "daemonkit/settings.hpp"
#include "loggerd/line_sieve.hpp"

namespace re2 {
class RE2;
}

namespace loggerd {

/// When to raise an alert: a line matches, or nothing comes for a time.
struct AlertRule {
    std::string name;
    std::shared_ptr<const re2::RE2> pattern; ///< none: the crash rule, or one of silence
    std::shared_ptr<const LineSieve> sieve;  ///< of the pattern
    std::vector<std::string> slots;          ///< ids; none: all
    std::chrono::seconds every{0};           ///< at most one alert of a slot in this time
    std::optional<std::chrono::seconds> silence;

    bool is_for(const std::string& slot) const;
    bool matches(std::string_view text) const;
};

/// settings.json, section "alerts": what a person gave, and the rules that ship unless one of
/// them was switched off or given anew. "crash" is what BootWatch sees.
/// @throws contract::BadMessage naming section, rule and key
std::vector<AlertRule> read_alert_rules(const daemonkit::Settings& settings);

constexpr auto crash_rule = "crash";

} // namespace loggerd
