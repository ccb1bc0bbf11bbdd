#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "contract/board_reports.hpp"
#include "loggerd/alert_rules.hpp"
#include "loggerd/line.hpp"

namespace loggerd {

using Rules = std::shared_ptr<const std::vector<AlertRule>>;

/// The rules of one slot: which line raises an alert, and which is held back for a rule's rate.
/// No I/O; time is that of the lines, so that what is read again decides the same again.
class RuleWatch {
public:
    RuleWatch(std::string slot, Rules rules) : slot_(std::move(slot)), rules_(std::move(rules)) {}

    /// @param context  of the line; asked for when it matches
    std::vector<contract::AlertReport>
    line(const Line& line, const std::string& epoch,
         const std::function<std::vector<std::string>()>& context);
    /// Whether a crash is to be told of; it may be switched off, and has a rate too.
    bool lets_pass(contract::AlertReport& crash);

    struct State {
        struct Told {
            contract::Time at{};
            std::uint64_t held_back = 0; ///< since then
            bool operator==(const Told&) const = default;
        };
        std::map<std::string, Told> told;
        std::set<std::string> silent; ///< rules of silence that have alarmed and not been ended
        bool operator==(const State&) const = default;
    };
    const State& state() const { return state_; }
    void restore(State state);

    // Silence is by the clock of this machine, as nothing else passes in it.
    using Steady = std::chrono::steady_clock::time_point;
    void spoke();                    ///< the board said something
    void set_listening(bool wanted); ///< false: the board cannot be heard, so silence says nothing
    std::optional<Steady> next() const;
    /// The rules whose time is over, as the texts that say so.
    std::vector<contract::AlertReport> look(Steady now, contract::Time wall);

private:
    bool passes(const AlertRule& rule, contract::AlertReport& alert);

    std::string slot_;
    Rules rules_;
    State state_;
    bool listening_ = false;
    std::string plain_;           // room for the text of a line
    std::optional<Steady> since_; // the silence; not set: look() sets it
};

} // namespace loggerd
