#include "ctl/doctor.hpp"

#include <algorithm>
#include <iostream>
#include <memory>

#include "commandkit/asking.hpp"
#include "commandkit/command_line.hpp"
#include "commandkit/style.hpp"
#include "ctl/diagnosis.hpp"
#include "ctl/facts.hpp"
#include "ctl/report.hpp"

namespace ctl {
namespace {

struct Options {
    commandkit::Places places;
    std::string slot;
    bool json = false;
};

int exit_code(const Facts& facts, const std::vector<Finding>& findings)
{
    if (!facts.silent.empty()) return commandkit::exit_unreachable;
    const bool problem = std::ranges::count(findings, Finding::Kind::problem, &Finding::kind) > 0;
    return problem ? commandkit::exit_problem : commandkit::exit_ok;
}

int doctor(const Options& options, asio::io_context& io, zmq::context_t& zmq)
{
    commandkit::Asking asking{io, zmq, options.places.runtime_dir};
    Places places;
    places.slots_file = options.places.slots_file;
    const auto facts = find_out(options.slot, asking, places);
    const auto findings = diagnose(facts);
    if (options.json)
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
    const auto options = std::make_shared<Options>();
    command->add_option("SLOT", options->slot, "Label or id of the slot")->required();
    command->add_flag("--json", options->json, "One JSON object, for programs");
    commandkit::add_runtime_dir(*command, options->places);
    commandkit::add_slots_file(*command, options->places);
    command->footer(
        "As root it sees all processes. Exit codes: 0 nothing is wrong; 1 a problem was "
        "found; 2 wrong usage, or no such slot; 3 a daemon cannot be reached.");
    command->callback([&chosen, options] {
        chosen = [options](auto& io, auto& zmq) { return doctor(*options, io, zmq); };
    });
}

} // namespace ctl
