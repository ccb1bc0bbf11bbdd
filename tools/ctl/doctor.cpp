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

int exit_code(const Facts& facts, const std::vector<Finding>& findings)
{
    if (!facts.silent.empty()) return commandkit::exit_unreachable;
    const bool problem = std::ranges::count(findings, Finding::Kind::problem, &Finding::kind) > 0;
    return problem ? commandkit::exit_problem : commandkit::exit_ok;
}

int doctor(Session& session, const std::string& slot)
{
    Places places;
    places.slots_file = session.common().places.slots_file;
    const auto facts = find_out(slot, session.bus("doctor"), places);
    const auto findings = diagnose(facts);
    if (session.common().json)
        std::cout << contract::to_text(as_json(facts, findings)) << "\n";
    else
        std::cout << report(facts, findings, commandkit::Style::of_stdout());
    return exit_code(facts, findings);
}

} // namespace

void add_doctor(CLI::App& app, Command& chosen)
{
    auto* command = app.add_subcommand(
        "doctor", "Says why a slot does not work, who has its tty or port, and what to do");
    const auto slot = std::make_shared<std::string>();
    command->add_option("SLOT", *slot, "Label or id of the slot")->required();
    command->footer(
        "As root it sees all processes. Exit codes: 0 nothing is wrong; 1 a problem was "
        "found; 2 wrong usage, or no such slot; 3 a daemon cannot be reached.");
    command->callback(
        [&chosen, slot] { chosen = [slot](Session& session) { return doctor(session, *slot); }; });
}

} // namespace ctl
