#include <filesystem>
#include <iostream>
#include <memory>

#include "contract/slots_file.hpp"
#include "ctl/commands.hpp"
#include "ctl/ser2net_import.hpp"
#include "daemonkit/files.hpp"

namespace ctl {
namespace {

namespace fs = std::filesystem;

struct Wanted {
    fs::path from;
    fs::path output; ///< empty: stdout
};

int import(const Session& session, const Wanted& wanted)
{
    if (!wanted.output.empty() && fs::exists(fs::symlink_status(wanted.output)))
        throw commandkit::WrongUsage(wanted.output.string() + " is there already");
    const auto imported =
        import_ser2net(daemonkit::read_file(wanted.from), wanted.from.filename().string());
    const auto text = imported.document.dump(2) + "\n";
    const auto slots = contract::parse_slots(text, "slots.json").slots.size(); // bridged would, too
    if (wanted.output.empty())
        std::cout << text;
    else
        daemonkit::write_file_atomically(wanted.output, text);
    if (session.common().json) {
        const Json told{
            {"slots", slots}, {"left_out", imported.left_out}, {"notes", imported.notes}};
        std::cerr << contract::to_text(told) << "\n";
    } else {
        for (const auto& note : imported.notes) std::cerr << note << "\n";
        std::cerr << slots << " slots, " << imported.left_out << " connections left out\n";
    }
    return imported.left_out == 0 ? commandkit::exit_ok : commandkit::exit_problem;
}

} // namespace

void add_import(CLI::App& app, Command& chosen)
{
    auto* command = app.add_subcommand("import", "Makes a slots.json of a ser2net.yaml");
    const auto wanted = std::make_shared<Wanted>();
    command->add_option("FILE", wanted->from, "ser2net's configuration: /etc/ser2net.yaml")
        ->required()
        ->check(CLI::ExistingFile);
    command->add_option("--output", wanted->output, "A file that there is not yet; else stdout");
    command->footer("What has no counterpart is told on stderr, line by line; with --json as an "
                    "object. Exit code 1: a connection was left out.\n"
                    "Example: rfc2217ctl import /etc/ser2net.yaml --output slots.json");
    command->callback([&chosen, wanted] {
        chosen = [wanted](Session& session) { return import(session, *wanted); };
    });
}

} // namespace ctl
