#include "daemonkit/access_settings.hpp"

#include <memory>

#include <ifaddrs.h>

#include "daemonkit/lan_networks.hpp"

namespace daemonkit {

namespace {

std::optional<asio::ip::address> address_of(const sockaddr* socket)
{
    if (socket != nullptr && socket->sa_family == AF_INET) {
        const auto* v4 = reinterpret_cast<const sockaddr_in*>(socket);
        return asio::ip::address_v4{ntohl(v4->sin_addr.s_addr)};
    }
    if (socket != nullptr && socket->sa_family == AF_INET6) {
        const auto* v6 = reinterpret_cast<const sockaddr_in6*>(socket);
        asio::ip::address_v6::bytes_type bytes;
        std::copy_n(std::begin(v6->sin6_addr.s6_addr), bytes.size(), bytes.begin());
        return asio::ip::address_v6{bytes};
    }
    return std::nullopt;
}

/// Whoever calls a public address of this machine from this machine is no stranger.
std::vector<std::string> lan_and_own_addresses()
{
    std::vector<std::string> networks(lan_networks.begin(), lan_networks.end());
    ifaddrs* first = nullptr;
    if (::getifaddrs(&first) != 0) return networks; // no AF_NETLINK: then without
    const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> interfaces{first, ::freeifaddrs};
    for (const auto* each = first; each != nullptr; each = each->ifa_next)
        if (const auto address = address_of(each->ifa_addr))
            networks.push_back(address->to_string());
    return networks;
}

} // namespace

AccessList configured_access(const Settings& settings)
{
    const auto access = settings.section("access");
    std::vector<std::string> networks;
    if (access.has("allow")) {
        for (const auto& entry : access.array("allow")) {
            if (!entry.is_string()) access.fail("allow", "has an entry that is no string");
            networks.push_back(entry.get<std::string>());
        }
    }
    access.string_or_null("tokens_file"); // portald's
    access.no_others();
    if (!access.has("allow")) networks = lan_and_own_addresses();
    return AccessList::parse(networks, access.where() + ": allow");
}

} // namespace daemonkit
