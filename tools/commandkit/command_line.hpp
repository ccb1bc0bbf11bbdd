#pragma once

#include <filesystem>
#include <functional>
#include <stdexcept>
#include <string>

#include <CLI/CLI.hpp>

/// What each command's main() repeats.
namespace commandkit {

/// Exit codes of all commands.
enum ExitCode : int {
    exit_ok = 0,
    exit_problem = 1,    ///< what was asked for is not well, or could not be done
    exit_usage = 2,      ///< wrong usage, also a slot that there is not
    exit_unreachable = 3 ///< a daemon does not run, does not answer, or may not be asked
};

/// Where the daemons are, as they have it themselves.
struct Places {
    std::string runtime_dir; ///< --runtime-dir; /run/rfc2217
    std::filesystem::path
        slots_file; ///< --slots; else $RFC2217_CONFIG, else /etc/rfc2217/slots.json
};
void add_runtime_dir(CLI::App& app, Places& places);
void add_slots_file(CLI::App& app, Places& places);

/// Ends a command with exit_usage and its text.
class WrongUsage : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// The frame of a main(): --version, parsing, and what `body` throws as one line on stderr and
/// an exit code: WrongUsage, Unreachable (asking.hpp), anything else is exit_problem.
int run(int argc, char** argv, CLI::App& app, const std::function<int()>& body);

} // namespace commandkit
