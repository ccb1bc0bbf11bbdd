#pragma once

#include <string>
#include <vector>

#include "commandkit/style.hpp"
#include "contract/json.hpp"

namespace ctl {

/// Columns under a heading, as wide as what is in them; the last one ends where its text does.
/// Counts characters of UTF-8, not bytes.
std::string table(const std::vector<std::vector<std::string>>& rows);

/// What ls and watch show of slots, each with the members of Slot.
std::string slots_table(const std::vector<contract::Json>& slots, const commandkit::Style& style);

/// A member's text, escaped for a terminal; "" for null and for what is no text.
std::string text_of(const contract::Json& object, const char* member);

/// Whose the slot is now: "192.168.1.7:50123", "claimed by ci-job-7"; "" when it is free.
std::string holder_of(const contract::Json& slot);

} // namespace ctl
