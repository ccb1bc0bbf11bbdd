#pragma once

#include <cstdint>
#include <filesystem>
#include <set>
#include <string>

namespace ctl {

/// Inodes of the sockets that listen on a TCP port, in the text of a /proc/net/tcp or tcp6.
std::set<std::uint64_t> listening_inodes(const std::string& table, std::uint16_t port);

/// Of this network namespace, both families.
std::set<std::uint64_t> listening_on(std::uint16_t port,
                                     const std::filesystem::path& proc = "/proc");

} // namespace ctl
