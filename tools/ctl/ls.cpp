#include <iostream>
#include <memory>

#include "ctl/commands.hpp"
#include "ctl/table.hpp"

namespace ctl {

void add_ls(CLI::App& app, Command& chosen)
{
    auto* command = app.add_subcommand("ls", "Lists the slots: port, state, who has it, device");
    command->footer("With --json one array; its members are those of Slot in docs/bus.md.");
    command->callback([&chosen] {
        chosen = [](Session& session) {
            const auto slots = session.backend().slots();
            if (session.common().json)
                std::cout << contract::to_text(Json(slots)) << "\n";
            else
                std::cout << slots_table(slots, commandkit::Style::of_stdout());
            return commandkit::exit_ok;
        };
    });
}

} // namespace ctl
