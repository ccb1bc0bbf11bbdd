#pragma once

#include <string>
#include <vector>

#include "loop/asio.hpp"

namespace daemonkit {

/// Who may connect: networks in CIDR notation. IPv4-mapped IPv6 addresses are
/// unmapped first. No I/O.
class AccessList {
public:
    /// Loopback, link-local, private ranges, 100.64.0.0/10 and fc00::/7.
    static AccessList lan();

    /// @throws contract::BadMessage naming the entry that is no network
    static AccessList parse(const std::vector<std::string>& networks, const std::string& where);

    bool allows(const asio::ip::address& address) const;

private:
    std::vector<asio::ip::network_v4> v4_;
    std::vector<asio::ip::network_v6> v6_;
};

} // namespace daemonkit
