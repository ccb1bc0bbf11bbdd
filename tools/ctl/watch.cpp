#include <chrono>
#include <iostream>
#include <memory>
#include <thread>

#include <unistd.h>

#include "ctl/commands.hpp"
#include "ctl/table.hpp"

namespace ctl {
namespace {

constexpr std::chrono::milliseconds pause{500};
constexpr const char* clear = "\x1b[H\x1b[2J";

int watch(Session& session)
{
    const bool is_terminal = ::isatty(STDOUT_FILENO) == 1;
    const auto style = commandkit::Style::of_stdout();
    std::string shown;
    while (std::cout) {
        const auto slots = session.backend().slots();
        const auto text = session.common().json ? contract::to_text(Json(slots)) + "\n"
                                                : slots_table(slots, style);
        if (text != shown)
            std::cout << (is_terminal && !session.common().json ? clear : "") << text << std::flush;
        shown = text;
        std::this_thread::sleep_for(pause);
    }
    return commandkit::exit_problem;
}

} // namespace

void add_watch(CLI::App& app, Command& chosen)
{
    auto* command =
        app.add_subcommand("watch", "Shows the slots as ls does, whenever something changes");
    command->footer("With --json one array a line. Ends with Ctrl-C.");
    command->callback([&chosen] { chosen = [](Session& session) { return watch(session); }; });
}

} // namespace ctl
