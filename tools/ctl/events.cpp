#include <iostream>
#include <memory>

#include "ctl/commands.hpp"
#include "ctl/event_text.hpp"

namespace ctl {

void add_events(CLI::App& app, Command& chosen)
{
    auto* command = app.add_subcommand(
        "events", "Tells what happens, until it is ended: plugs, states, boots, crashes, alerts");
    command->footer("With --json one object a line: time, event, slot, body (docs/bus.md).\n"
                    "Example: rfc2217ctl events --json | jq 'select(.event == \"log.alert\")'");
    command->callback([&chosen] {
        chosen = [](Session& session) {
            EventText texts;
            session.backend().follow([&](const Json& event) {
                std::cout << (session.common().json ? contract::to_text(event) + "\n"
                                                    : texts.line(event))
                          << std::flush;
            });
            return commandkit::exit_unreachable; // the other side has ended it
        };
    });
}

} // namespace ctl
