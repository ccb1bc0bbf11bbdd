#pragma once

#include <optional>
#include <string>
#include <vector>

#include "loggerd/boot_watch.hpp"
#include "loggerd/rule_watch.hpp"

namespace loggerd {

/// What a board was seen to do last, for the heartbeat's counters.
struct Tally {
    std::string day; ///< "2026-02-03", local, of the last boot
    std::uint64_t boots_that_day = 0;
    std::string last_reason;
    std::optional<contract::Time> last_crash;
    std::optional<contract::Time> last_line; ///< of the board
    std::string last_text;                   ///< of that line, its first 300 bytes
    bool operator==(const Tally&) const = default;

    std::uint64_t boots_on(std::string_view today) const
    {
        return day == today ? boots_that_day : 0;
    }
};

/// All that is understood of one slot's lines: boots, crashes, rules, silence. No I/O.
class BoardWatch {
public:
    struct Found {
        std::vector<contract::BootReport> boots;
        std::vector<contract::AlertReport> alerts;
        unsigned boots_begun = 0; ///< each is told later, once
        unsigned crashes_begun = 0;
    };
    struct State {
        BootWatch::State boot;
        RuleWatch::State rules;
        Tally tally;
        bool operator==(const State&) const = default;
    };

    BoardWatch(const std::string& slot, Rules rules) : rules_(slot, std::move(rules)) {}

    /// @param day  the line's, local
    Found line(const Line& line, const std::string& epoch, std::string_view day);
    Found quiet(std::chrono::milliseconds since_last) { return told(boot_.quiet(since_last)); }
    Found finish() { return told(boot_.finish()); }
    std::optional<std::chrono::milliseconds> next_quiet() const { return boot_.next_quiet(); }
    RuleWatch& rules() { return rules_; }
    const RuleWatch& rules() const { return rules_; }

    const Tally& tally() const { return tally_; }
    State state() const { return {boot_.state(), rules_.state(), tally_}; }
    void restore(State state);

private:
    Found told(BootWatch::Found&& found);

    BootWatch boot_;
    RuleWatch rules_;
    Tally tally_;
};

} // namespace loggerd
