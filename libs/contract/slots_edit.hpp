#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "contract/slots_file.hpp"
#include "contract/verbs.hpp"

/// Changes to slots.json, made in what the person wrote: order, comments and whatever else is in it
/// stay.
namespace contract {

/// The file with a slot for the connector that `wanted` names: its own, with the members that are
/// given changed, or a new one. A new one's label is "SLOT<n>" with the first free n, its port the
/// first free one of auto_assign's range (or of what that would be), unless they are given.
/// @param former  what the file said of that connector's slot until it was removed: a new one gets
///                the rest of that, who may use it above all
/// @throws BadMessage like parse_slots() of the file that it would be; "no port is free …"
SlotsFile with_slot(const SlotsFile& file, const SlotAssign& wanted, const std::string& file_name,
                    const std::optional<Json>& former = {});

/// auto_assign: with_slot() of a connector alone. Nothing when the file does not ask for it, has a
/// slot there already, or the range is used up.
std::optional<SlotsFile> with_new_slot(const SlotsFile& file, std::string_view slot_key);

/// The file without the slot of that id, if there is one.
SlotsFile without_slot(const SlotsFile& file, std::string_view id);

/// The text to write to disk: two spaces, one slot a line, a newline at the end.
std::string format_slots(const SlotsFile& file);

} // namespace contract
