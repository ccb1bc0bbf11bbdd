#include "ctl/listeners.hpp"

#include <fstream>
#include <iterator>
#include <sstream>

namespace ctl {
namespace {

constexpr const char* listening = "0A"; // TCP_LISTEN, as the kernel writes it

/// "0100007F:0FA1" is port 0FA1.
bool has_port(const std::string& address, std::uint16_t port)
{
    const auto colon = address.rfind(':');
    if (colon == std::string::npos) return false;
    unsigned number = 0;
    std::istringstream digits{address.substr(colon + 1)};
    return digits >> std::hex >> number && number == port;
}

} // namespace

std::set<std::uint64_t> listening_inodes(const std::string& table, std::uint16_t port)
{
    std::set<std::uint64_t> inodes;
    std::istringstream lines{table};
    for (std::string line; std::getline(lines, line);) {
        // sl local remote st tx:rx tr:when retransmits uid timeout inode …
        std::istringstream words{line};
        std::string skipped, local, remote, state;
        words >> skipped >> local >> remote >> state;
        for (int i = 0; i < 5; ++i) words >> skipped;
        std::uint64_t inode = 0;
        if (words >> inode && state == listening && has_port(local, port)) inodes.insert(inode);
    }
    return inodes;
}

std::set<std::uint64_t> listening_on(std::uint16_t port, const std::filesystem::path& proc)
{
    std::set<std::uint64_t> inodes;
    for (const char* name : {"tcp", "tcp6"}) {
        std::ifstream in{proc / "net" / name};
        const std::string table{std::istreambuf_iterator<char>{in}, {}};
        inodes.merge(listening_inodes(table, port));
    }
    return inodes;
}

} // namespace ctl
