#pragma once

#include <filesystem>
#include <string>

namespace daemonkit {

/// A file with a secret in it, at most 64 KiB.
/// @throws contract::BadMessage when it cannot be read, is not root's or ours, or when others can
/// read it or change it than its owner and its group (0640)
std::string read_private_file(const std::filesystem::path& file);

} // namespace daemonkit
