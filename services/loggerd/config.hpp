#pragma once

#include <filesystem>

#include "daemonkit/settings.hpp"
#include "loggerd/alert_rules.hpp"
#include "loggerd/slot_lines.hpp"

namespace loggerd {

/// settings.json, sections "log" and "alerts".
struct Config {
    std::filesystem::path dir = "/var/log/serial";
    Binary binary = Binary::summary; ///< what a transfer looks like in a log
    std::vector<AlertRule> rules;    ///< section "alerts"
};

/// @param dir  of the command line; "" if it was not given, else it wins
/// @throws contract::BadMessage
Config read_config(const daemonkit::Settings& settings, const std::filesystem::path& dir = {});

} // namespace loggerd
