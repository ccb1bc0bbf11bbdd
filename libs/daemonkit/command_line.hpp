#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "daemonkit/settings.hpp"

namespace daemonkit {

/// Options that every daemon has, with the paths of an installed system as defaults.
struct Arguments {
    std::filesystem::path
        slots_file; ///< --slots; else $RFC2217_CONFIG, else /etc/rfc2217/slots.json
    std::filesystem::path
        settings_file; ///< --settings; /etc/rfc2217/settings.json, which may be absent
    std::filesystem::path runtime_dir; ///< --runtime-dir; /run/rfc2217
    std::filesystem::path state_dir;   ///< --state-dir; /var/lib/rfc2217
    std::string log_level;             ///< --log-level; info
    bool check_config = false;         ///< --check-config: say what is wrong, exit, start nothing
    Settings settings;                 ///< settings_file, read and with its top level checked
};

/// An option of one daemon alone.
struct Option {
    std::string name; ///< "--bind"
    std::variant<std::optional<std::string>*, std::optional<std::uint16_t>*> value;
    std::string help;
};

/// Exit codes of all daemons: 0 ended as asked, 1 a fault, 2 wrong usage, 78 wrong configuration
/// (EX_CONFIG).
enum ExitCode : int { exit_ok = 0, exit_fault = 1, exit_usage = 2, exit_config = 78 };

/// The frame of a main(): parses arguments (--help, --version), reads settings.json, sets up
/// logging and runs `body`. Whatever it throws ends as one line on stderr and an exit code:
/// contract::BadMessage is 78, all else 1. With --check-config `body` is expected to return
/// after it has parsed its configuration; "configuration is fine" is then said for it.
int run(int argc, char** argv, const std::string& name, const std::string& purpose,
        const std::function<void(const Arguments&)>& body,
        const std::vector<Option>& more_options = {});

/// "rfc2217 0.1.0", from CMake.
std::string version();

} // namespace daemonkit
