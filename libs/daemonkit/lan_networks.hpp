#pragma once

#include <array>

namespace daemonkit {

/// Loopback, link-local, private ranges, carrier-grade NAT (RFC 6598) and unique local IPv6.
inline constexpr std::array lan_networks{"127.0.0.0/8",    "::1",           "169.254.0.0/16",
                                         "fe80::/10",      "10.0.0.0/8",    "172.16.0.0/12",
                                         "192.168.0.0/16", "100.64.0.0/10", "fc00::/7"};

} // namespace daemonkit
