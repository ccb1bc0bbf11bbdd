#include "loggerd/board_record.hpp"

#include "contract/nullable.hpp"

namespace loggerd {
namespace {

using contract::Fields;
using contract::Json;
using contract::or_null;
using contract::time_or_null;

Json boot_json(const BootWatch::State& state)
{
    return {{"context", state.context},       {"boot", or_null(state.boot)},
            {"boot_lines", state.boot_lines}, {"crash", or_null(state.crash)},
            {"dump_left", state.dump_left},   {"last", contract::format_time(state.last)},
            {"raw_repl", state.raw_repl}};
}

BootWatch::State boot_state(const Fields& fields)
{
    BootWatch::State state;
    const auto context = fields.strings("context");
    state.context = {context.begin(), context.end()};
    if (fields.has("boot")) state.boot = fields.any("boot").get<contract::BootReport>();
    state.boot_lines = fields.number<unsigned>("boot_lines", 0, BootWatch::boot_lines);
    if (fields.has("crash")) state.crash = fields.any("crash").get<contract::AlertReport>();
    // 0 with a crash would never come to its end.
    state.dump_left =
        fields.number<unsigned>("dump_left", state.crash ? 1 : 0, BootWatch::dump_lines);
    state.last = fields.time("last");
    state.raw_repl = fields.boolean("raw_repl");
    return state;
}

Json rules_json(const RuleWatch::State& state)
{
    Json told = Json::object();
    for (const auto& [rule, last] : state.told)
        told[rule] = Json{{"at", contract::format_time(last.at)}, {"held_back", last.held_back}};
    return {{"told", std::move(told)}, {"silent", state.silent}};
}

RuleWatch::State rules_state(const Fields& fields)
{
    RuleWatch::State state;
    for (const auto& [rule, last] : fields.any("told").items()) {
        const Fields one{last, fields.where() + ": told: " + rule};
        state.told[rule] = {one.time("at"), one.counter("held_back")};
    }
    const auto silent = fields.strings("silent");
    state.silent = {silent.begin(), silent.end()};
    return state;
}

Json tally_json(const Tally& tally)
{
    return {{"day", tally.day},
            {"boots_that_day", tally.boots_that_day},
            {"last_reason", tally.last_reason},
            {"last_crash", time_or_null(tally.last_crash)},
            {"last_line", time_or_null(tally.last_line)},
            {"last_text", tally.last_text}};
}

Tally tally(const Fields& fields)
{
    return {fields.string("day"),
            fields.counter("boots_that_day"),
            fields.string("last_reason"),
            fields.time_or_null("last_crash"),
            fields.time_or_null("last_line"),
            fields.string("last_text", "")};
}

} // namespace

Json board_json(const BoardWatch::State& state)
{
    return {{"lines", boot_json(state.boot)},
            {"rules", rules_json(state.rules)},
            {"tally", tally_json(state.tally)}};
}

BoardWatch::State board_state(const Fields& fields)
{
    return {boot_state(fields.object("lines")), rules_state(fields.object("rules")),
            tally(fields.object("tally"))};
}

} // namespace loggerd
