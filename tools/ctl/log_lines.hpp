#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "contract/json.hpp"
#include "contract/time.hpp"

namespace ctl {

/// "10m", "2h", "30s", "1d": so long ago, as ISO 8601. Anything else is a time already, and
/// loggerd's to judge.
std::string since(const std::string& text, contract::Time now);

/// A line of a log file as {"time", "direction", "text"}; nothing for what is none.
std::optional<contract::Json> log_line(std::string_view line);

} // namespace ctl
