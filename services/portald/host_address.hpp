#pragma once

#include <string>

/// What the operating system says about this machine. No packet is sent.
namespace portald {

/// Our IPv4 address as `peer` reaches it: the source address of the route there. For a peer on this
/// machine, or none: of the default route, else of the first interface that is up and not
/// loopback, else 127.0.0.1.
std::string host_address_for(const std::string& peer);

std::string hostname();

} // namespace portald
