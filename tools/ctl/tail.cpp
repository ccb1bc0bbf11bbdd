#include <chrono>
#include <iostream>
#include <memory>
#include <sstream>
#include <thread>

#include "ctl/commands.hpp"
#include "ctl/log_lines.hpp"
#include "daemonkit/escape.hpp"

namespace ctl {
namespace {

constexpr std::chrono::milliseconds pause{200};

struct Wanted {
    std::string slot;
    std::string since;
    std::uint32_t lines = 20;
    bool follow = false;
};

/// The last `most` lines of a text.
std::string last_of(const std::string& text, std::size_t most)
{
    std::size_t at = text.size();
    for (std::size_t found = 0; at > 0 && found < most + 1;) {
        if (text[at - 1] == '\n' && ++found > most) break;
        --at;
    }
    return text.substr(at);
}

void print(const std::string& text, bool json)
{
    std::istringstream lines{text};
    for (std::string line; std::getline(lines, line);) {
        if (!json) {
            std::cout << daemonkit::escape_control_bytes(line) << "\n";
        } else if (const auto parsed = log_line(line)) {
            std::cout << contract::to_text(*parsed) << "\n";
        }
    }
    std::cout.flush();
}

int tail(Session& session, const Wanted& wanted)
{
    LogWish wish;
    wish.slot = wanted.slot;
    wish.last = wanted.lines;
    if (!wanted.since.empty()) wish.from = since(wanted.since, contract::wall_now());
    std::string kept; // of -n alone: loggerd may begin earlier, and may answer in parts
    bool at_end = false;
    while (std::cout) {
        auto page = session.backend().log(wish);
        wish.cursor = page.cursor;
        if (at_end || wish.from)
            print(page.text, session.common().json);
        else
            kept = last_of(kept + page.text, wanted.lines);
        if (page.more) continue;
        if (!at_end && !wish.from) print(kept, session.common().json);
        at_end = true;
        if (!wanted.follow) return commandkit::exit_ok;
        std::this_thread::sleep_for(pause);
    }
    return commandkit::exit_problem;
}

} // namespace

void add_tail(CLI::App& app, Command& chosen)
{
    auto* command = app.add_subcommand("tail", "Shows the end of a slot's log");
    const auto wanted = std::make_shared<Wanted>();
    command->add_option("SLOT", wanted->slot, "Label or id of the slot")->required();
    command->add_option("-n,--lines", wanted->lines, "How many lines")
        ->check(CLI::Range(1, 10000))
        ->capture_default_str();
    command->add_option("--since", wanted->since,
                        "From then on instead: 10m, 2h, 1d, or 2026-11-21 19:30:00");
    command->add_flag("-f,--follow", wanted->follow, "Go on with what comes, until it is ended");
    command->footer("With --json one object a line: time, direction, text.\n"
                    "Example: rfc2217ctl tail ESP32-A --since 10m -f");
    command->callback([&chosen, wanted] {
        chosen = [wanted](Session& session) { return tail(session, *wanted); };
    });
}

} // namespace ctl
