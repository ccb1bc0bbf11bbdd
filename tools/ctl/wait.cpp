#include <chrono>
#include <iostream>
#include <memory>
#include <thread>

#include "ctl/commands.hpp"
#include "ctl/line_wait.hpp"
#include "daemonkit/escape.hpp"

namespace ctl {
namespace {

constexpr std::chrono::milliseconds pause{50};

struct Wanted {
    std::string slot;
    std::string pattern;
    double timeout_s = 30;
};

void print(const std::optional<std::string>& line, bool json)
{
    if (json)
        std::cout << contract::to_text(
                         Json{{"matched", line.has_value()}, {"line", line ? Json(*line) : Json()}})
                  << "\n";
    else if (line)
        std::cout << daemonkit::escape_control_bytes(*line) << "\n";
}

int wait(Session& session, const Wanted& wanted)
{
    LineWait line_wait{wanted.pattern};
    const auto deadline =
        std::chrono::steady_clock::now() + std::chrono::duration_cast<std::chrono::milliseconds>(
                                               std::chrono::duration<double>(wanted.timeout_s));
    Place place;
    for (bool last = false;; last = std::chrono::steady_clock::now() >= deadline) {
        const auto output = session.backend().output(wanted.slot, place);
        if (const auto line = line_wait.receive(output)) {
            print(line, session.common().json);
            return commandkit::exit_ok;
        }
        if (last) break;
        if (!output.more) std::this_thread::sleep_for(pause);
    }
    print(std::nullopt, session.common().json);
    return commandkit::exit_problem;
}

} // namespace

void add_wait(CLI::App& app, Command& chosen)
{
    auto* command = app.add_subcommand("wait", "Waits until a board says a line that matches");
    const auto wanted = std::make_shared<Wanted>();
    command->add_option("SLOT", wanted->slot, "Label or id of the slot")->required();
    command->add_option("REGEX", wanted->pattern, "In RE2's syntax")->required();
    command->add_option("--timeout", wanted->timeout_s, "Seconds")
        ->check(CLI::Range(0.0, 86400.0))
        ->capture_default_str();
    command->footer("Begins with what the board said in the last second, and with the prompt at "
                    "which it stands; prints the line. Exit code 1: the time is up.\n"
                    "Example: rfc2217ctl reset ESP32-A && rfc2217ctl wait ESP32-A 'app: ready'");
    command->callback([&chosen, wanted] {
        chosen = [wanted](Session& session) { return wait(session, *wanted); };
    });
}

} // namespace ctl
