#include <iostream>
#include <memory>

#include "ctl/commands.hpp"
#include "ctl/table.hpp"
#include "ctl/who.hpp"

namespace ctl {
namespace {

struct Action {
    const char* name;
    const char* purpose;
    bool may_be_held; ///< takes --owner and --force
};

constexpr Action actions[] = {
    {"start", "Opens a slot's tty and port again", false},
    {"stop", "Closes a slot's tty and port until it is started", true},
    {"reset", "Resets the board, with exact local timing; clients stay connected", true},
    {"bootloader", "Puts the board in its bootloader; clients stay connected", true},
    {"kick", "Sends a slot's client and observers away", false},
};

int act(Session& session, const std::string& action, const Who& who)
{
    const auto slot = session.backend().act(who.slot, action, who.args());
    if (session.common().json) {
        std::cout << contract::to_text(slot) << "\n";
        return commandkit::exit_ok;
    }
    std::cout << text_of(slot, "label") << ": " << action << " done, it is "
              << text_of(slot, "state") << "\n";
    return commandkit::exit_ok;
}

} // namespace

void add_actions(CLI::App& app, Command& chosen)
{
    for (const auto& action : actions) {
        auto* command = app.add_subcommand(action.name, action.purpose);
        const auto who = std::make_shared<Who>();
        add_slot(*command, *who);
        if (action.may_be_held) add_claim(*command, *who);
        command->footer("Example: rfc2217ctl " + std::string(action.name) + " ESP32-A");
        command->callback([&chosen, who, name = std::string(action.name)] {
            chosen = [who, name](Session& session) { return act(session, name, *who); };
        });
    }
}

} // namespace ctl
