#pragma once

#include <filesystem>

#include "daemonkit/settings.hpp"
#include "loggerd/alert_rules.hpp"
#include "loggerd/archive_plan.hpp"
#include "loggerd/slot_log.hpp"

namespace loggerd {

/// settings.json, sections "log" and "alerts".
struct Config {
    std::filesystem::path dir = "/var/log/serial";
    LogForm form;
    Limits limits;
    std::vector<AlertRule> rules; ///< section "alerts"
};

/// @param dir  of the command line; "" if it was not given, else it wins
/// @throws contract::BadMessage
Config read_config(const daemonkit::Settings& settings, const std::filesystem::path& dir = {});

} // namespace loggerd
