#include <iostream>
#include <memory>

#include "contract/log_verbs.hpp"
#include "ctl/commands.hpp"
#include "ctl/log_lines.hpp"
#include "ctl/table.hpp"
#include "daemonkit/escape.hpp"

namespace ctl {
namespace {

struct Wanted {
    contract::LogSearchArgs args;
    std::string slot, from, to;
};

void print(const Json& match, bool json)
{
    if (json) {
        std::cout << contract::to_text(match) << "\n";
        return;
    }
    const contract::Fields fields{match, "match"};
    for (const auto& line : fields.strings("before"))
        std::cout << "  " << daemonkit::escape_control_bytes(line) << "\n";
    const auto slot = text_of(match, "slot");
    std::cout << (slot.empty() ? text_of(match, "file") : slot) << ": [" << text_of(match, "time")
              << "] [" << text_of(match, "direction") << "] " << text_of(match, "text") << "\n";
    for (const auto& line : fields.strings("after"))
        std::cout << "  " << daemonkit::escape_control_bytes(line) << "\n";
}

Json args_of(const Wanted& wanted)
{
    Json args{{"pattern", wanted.args.pattern}, {"limit", wanted.args.limit}};
    const auto now = contract::wall_now();
    if (!wanted.slot.empty()) args["slot"] = wanted.slot;
    if (!wanted.from.empty()) args["from"] = since(wanted.from, now);
    if (!wanted.to.empty()) args["to"] = since(wanted.to, now);
    if (wanted.args.ignore_case) args["ignore_case"] = true;
    if (wanted.args.context > 0) args["context"] = wanted.args.context;
    return args;
}

/// As grep: 1 when nothing was found.
int search(Session& session, const Wanted& wanted)
{
    auto args = args_of(wanted);
    std::uint32_t found = 0;
    while (found < wanted.args.limit) {
        args["limit"] = wanted.args.limit - found;
        const auto answer = session.backend().search(args);
        for (const auto& match : contract::Fields{answer, "log.search"}.array("matches")) {
            print(match, session.common().json);
            ++found;
        }
        std::cout.flush();
        const auto cursor = answer.value("cursor", Json{});
        if (!cursor.is_string()) break;
        args["cursor"] = cursor;
    }
    return found > 0 ? commandkit::exit_ok : commandkit::exit_problem;
}

} // namespace

void add_log(CLI::App& app, Command& chosen)
{
    auto* log = app.add_subcommand("log", "Reads what was logged");
    log->require_subcommand(1);
    auto* command = log->add_subcommand("search", "Finds lines by a regular expression");
    const auto wanted = std::make_shared<Wanted>();
    command->add_option("PATTERN", wanted->args.pattern, "In RE2's syntax")->required();
    command->add_option("--slot", wanted->slot, "Only in this slot's log");
    command->add_option("--from", wanted->from, "Lines of this time and later: 2h, 2026-11-21");
    command->add_option("--to", wanted->to, "Lines before this time");
    command->add_flag("-i,--ignore-case", wanted->args.ignore_case, "A is a");
    command->add_option("-C,--context", wanted->args.context, "Lines before and after each")
        ->check(CLI::Range(0U, contract::most_log_context));
    command->add_option("--limit", wanted->args.limit, "Matches, the oldest ones")
        ->check(CLI::Range(1U, contract::most_log_matches))
        ->capture_default_str();
    command->footer("With --json one object a match. Exit code 1: there is none.\n"
                    "Example: rfc2217ctl log search 'wifi:.*disconnected' --from 1d -C 3");
    command->callback([&chosen, wanted] {
        chosen = [wanted](Session& session) { return search(session, *wanted); };
    });
}

} // namespace ctl
