#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace slot_link {

/// The connector's slot_key, as hotplugd makes it: the first port of an adapter is its ID_PATH
/// (or DEVPATH) alone, a further one has "-port<n>" behind it.
/// @param port  usb-serial's port_number; may be empty
std::string key_of(std::string_view path, std::string_view port);

/// The id of the slot that slots.json has for a connector. Nothing when there is none, or when
/// the file is absent, wrong, over 1 MiB or no plain file: udev waits for this, so whatever the
/// file is, it is not waited for.
std::optional<std::string> id_of(const std::filesystem::path& slots_file, std::string_view key);

} // namespace slot_link
