#pragma once

#include <string>
#include <vector>

#include "commandkit/style.hpp"
#include "learn_slots/inventory.hpp"

namespace learn_slots {

/// Three lines a connector: the device, where it is, its slot.
std::string list(const std::vector<Connector>& connectors, const commandkit::Style& style);

/// What to paste, an entry a line, with the line that says so.
std::string lines_to_paste(const contract::Json& entries);

} // namespace learn_slots
