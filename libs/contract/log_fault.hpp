#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "contract/json.hpp"

namespace contract {

/// log.fault/<slot>/: the disk refuses the slot's log, or takes it again. What LogState says of it
/// too.
struct LogFault {
    std::optional<std::string> fault; ///< null: it is over
    bool operator==(const LogFault&) const = default;
};

void to_json(Json& json, const LogFault& value);
void from_json(const Json& json, LogFault& value);

namespace topics {
std::string log_fault(std::string_view slot);
} // namespace topics

} // namespace contract
