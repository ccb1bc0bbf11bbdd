#pragma once

#include <optional>
#include <string_view>

#include "contract/envelope.hpp"

namespace contract {

/// Reads a header that is spelled to the letter as format_header() spells it, in a tenth of what
/// JSON takes: one comes with every batch of every busy board. Nothing when it is not, which
/// says nothing about it: it may well be a header that another program wrote.
std::optional<Header> read_own_header(std::string_view text);

} // namespace contract
