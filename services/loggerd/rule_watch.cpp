#include "loggerd/rule_watch.hpp"

#include <algorithm>
#include <utility>

#include "loggerd/plain_text.hpp"

namespace loggerd {

std::vector<contract::AlertReport>
RuleWatch::line(const Line& line, const std::string& epoch,
                const std::function<std::vector<std::string>()>& context)
{
    if (line.kind != Kind::rx) return {};
    const auto text = plain_text(line.text, plain_);
    std::vector<contract::AlertReport> alerts;
    for (const auto& rule : *rules_) {
        if (!rule.is_for(slot_) || !rule.matches(text)) continue;
        contract::AlertReport alert;
        alert.rule = rule.name;
        alert.text = line.text;
        alert.time = line.time;
        alert.serial_seq = line.seq;
        alert.serial_epoch = epoch;
        if (!passes(rule, alert)) continue;
        alert.context = context();
        alerts.push_back(std::move(alert));
    }
    return alerts;
}

bool RuleWatch::lets_pass(contract::AlertReport& crash)
{
    const auto rule = std::ranges::find(*rules_, crash.rule, &AlertRule::name);
    return rule != rules_->end() && rule->is_for(slot_) && passes(*rule, crash);
}

/// A clock that was set back does not hold anything back.
bool RuleWatch::passes(const AlertRule& rule, contract::AlertReport& alert)
{
    if (rule.every == std::chrono::seconds{0}) return true;
    const auto [told, is_first] = state_.told.try_emplace(rule.name);
    auto& [at, held_back] = told->second;
    if (!is_first && alert.time >= at && alert.time - at < rule.every) {
        ++held_back;
        return false;
    }
    at = alert.time;
    alert.held_back = std::exchange(held_back, 0);
    return true;
}

void RuleWatch::restore(State state)
{
    state_ = std::move(state);
    const auto is_known = [&](const std::string& name) {
        return std::ranges::find(*rules_, name, &AlertRule::name) != rules_->end();
    };
    std::erase_if(state_.told, [&](const auto& told) { return !is_known(told.first); });
    std::erase_if(state_.silent, [&](const auto& name) { return !is_known(name); });
}

void RuleWatch::spoke()
{
    since_.reset();
    state_.silent.clear();
}

void RuleWatch::set_listening(bool wanted)
{
    if (wanted == std::exchange(listening_, wanted)) return;
    since_.reset();
}

std::optional<RuleWatch::Steady> RuleWatch::next() const
{
    std::optional<Steady> first;
    if (!listening_) return first;
    for (const auto& rule : *rules_) {
        if (!rule.silence || !rule.is_for(slot_) || state_.silent.contains(rule.name)) continue;
        const auto when = since_ ? *since_ + *rule.silence : Steady{};
        if (!first || when < *first) first = when;
    }
    return first;
}

std::vector<contract::AlertReport> RuleWatch::look(Steady now, contract::Time wall)
{
    std::vector<contract::AlertReport> alerts;
    if (!listening_) return alerts;
    if (!since_) since_ = now;
    for (const auto& rule : *rules_) {
        if (!rule.silence || !rule.is_for(slot_) || now - *since_ < *rule.silence) continue;
        if (!state_.silent.insert(rule.name).second) continue;
        contract::AlertReport alert;
        alert.rule = rule.name;
        alert.text = "nothing for " + std::to_string(rule.silence->count()) + " s";
        alert.time = wall;
        alerts.push_back(std::move(alert));
    }
    return alerts;
}

} // namespace loggerd
