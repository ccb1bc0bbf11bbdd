#pragma once

#include <string>
#include <vector>

#include "contract/board_reports.hpp"
#include "daemonkit/settings.hpp"

namespace portald {

/// Who is told of which alerts.
struct AlertTarget {
    std::string url;                ///< a webhook, or
    std::vector<std::string> run;   ///< a command and its arguments
    std::vector<std::string> rules; ///< none: all
    std::vector<std::string> slots; ///< ids; none: all

    bool wants(const std::string& slot, const std::string& rule) const;
    /// Without what may be secret in it: "http://host:port", or the command's path.
    std::string shown() const;
    /// The same for as long as the settings say the same of it, and says nothing of its secrets.
    std::string key() const;
};

/// settings.json, section "alerts": "webhooks" and "commands".
/// @throws contract::BadMessage
std::vector<AlertTarget> read_alert_targets(const daemonkit::Settings& settings);

/// What a webhook gets as its body and a command on its standard input.
std::string alert_text(const std::string& slot, const contract::AlertReport& alert,
                       const std::string& hostname);

} // namespace portald
