#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

#include "daemonkit/descriptor.hpp"

namespace daemonkit {

/// @param most_bytes  a larger file is refused
/// @throws std::system_error "read <file>: <reason>"
std::string read_file(const std::filesystem::path& file, std::size_t most_bytes = 1 << 20);

/// The same in two steps, for who wants to know first what it is that was opened.
Descriptor open_to_read(const std::filesystem::path& file);
/// @param file  its name, for errors
std::string read_file(const Descriptor& opened, const std::filesystem::path& file,
                      std::size_t most_bytes = 1 << 20);

/// Old or new content, never a mix: written beside it, fsync, rename, fsync of the
/// folder. Owner and mode of an existing file are kept, where that is permitted; a new one has
/// 0666 without the umask. Where `file` is a symbolic link, its target is replaced and the
/// link stays.
/// @throws std::system_error "write <file>: <reason>"
void write_file_atomically(const std::filesystem::path& file, std::string_view content);

} // namespace daemonkit
