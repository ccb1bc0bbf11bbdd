#pragma once

#include <string>
#include <vector>

#include "commandkit/style.hpp"
#include "contract/json.hpp"
#include "ctl/diagnosis.hpp"

namespace ctl {

/// For a person: what is known of the slot, then what was found and what to do about it.
std::string report(const Facts& facts, const std::vector<Finding>& findings,
                   const commandkit::Style& style);

/// For a program; members are in rfc2217ctl(1).
contract::Json as_json(const Facts& facts, const std::vector<Finding>& findings);

} // namespace ctl
