#include <algorithm>
#include <iostream>
#include <memory>

#include "commandkit/style.hpp"
#include "ctl/commands.hpp"
#include "ctl/diagnosis.hpp"
#include "ctl/facts.hpp"
#include "ctl/report.hpp"

namespace ctl {
namespace {

struct Verdict {
    Facts facts;
    std::vector<Finding> findings;
};

int exit_code(const Facts& facts, const std::vector<Finding>& findings)
{
    if (!facts.silent.empty()) return commandkit::exit_unreachable;
    const bool problem = std::ranges::count(findings, Finding::Kind::problem, &Finding::kind) > 0;
    return problem ? commandkit::exit_problem : commandkit::exit_ok;
}

/// @param slot  "": all of them
int doctor(Session& session, const std::string& slot)
{
    Places places;
    places.slots_file = session.common().places.slots_file;
    auto& asking = session.bus("doctor");
    const auto names = slot.empty() ? slot_names(asking, places) : std::vector{slot};
    std::vector<Verdict> verdicts;
    for (const auto& name : names) {
        auto facts = find_out(name, asking, places);
        auto findings = diagnose(facts);
        verdicts.push_back({std::move(facts), std::move(findings)});
    }

    int code = commandkit::exit_ok;
    Json all = Json::array();
    for (const auto& [facts, findings] : verdicts) {
        code = std::max(code, exit_code(facts, findings));
        if (session.common().json)
            all.push_back(as_json(facts, findings));
        else
            std::cout << (&facts == &verdicts.front().facts ? "" : "\n")
                      << report(facts, findings, commandkit::Style::of_stdout());
    }
    if (session.common().json)
        std::cout << contract::to_text(slot.empty() ? all : all.at(0)) << "\n";
    else if (verdicts.empty())
        std::cout << "there are no slots yet: plug in a board, or: rfc2217-learn-slots --watch\n";
    return code;
}

} // namespace

void add_doctor(CLI::App& app, Command& chosen)
{
    auto* command = app.add_subcommand(
        "doctor", "Says why a slot does not work, who has its tty or port, and what to do");
    const auto slot = std::make_shared<std::string>();
    command->add_option("SLOT", *slot, "Label or id of the slot; else all of them");
    command->footer(
        "As root it sees all processes. Exit codes: 0 nothing is wrong; 1 a problem was "
        "found; 2 wrong usage, or no such slot; 3 a daemon cannot be reached.");
    command->callback(
        [&chosen, slot] { chosen = [slot](Session& session) { return doctor(session, *slot); }; });
}

} // namespace ctl
