#include "portald/host_address.hpp"

#include <array>
#include <memory>
#include <optional>

#include <ifaddrs.h>
#include <net/if.h>
#include <unistd.h>

#include "loop/asio.hpp"

namespace portald {

namespace {

using asio::ip::address_v4;
using asio::ip::udp;

/// connect() on a UDP socket only looks up the route.
std::optional<address_v4> source_towards(const address_v4& peer)
{
    boost::system::error_code fault;
    asio::io_context io;
    udp::socket socket(io);
    socket.open(udp::v4(), fault);
    if (!fault) socket.connect({peer, 9}, fault);
    if (fault) return std::nullopt;
    const auto local = socket.local_endpoint(fault);
    if (fault || local.address().is_loopback()) return std::nullopt;
    return local.address().to_v4();
}

struct FreeInterfaces {
    void operator()(ifaddrs* list) const noexcept { freeifaddrs(list); }
};

std::optional<address_v4> first_interface()
{
    ifaddrs* raw = nullptr;
    if (getifaddrs(&raw) != 0) return std::nullopt;
    const std::unique_ptr<ifaddrs, FreeInterfaces> list(raw);
    for (const ifaddrs* entry = raw; entry != nullptr; entry = entry->ifa_next) {
        if (entry->ifa_addr == nullptr || entry->ifa_addr->sa_family != AF_INET) continue;
        if ((entry->ifa_flags & IFF_UP) == 0 || (entry->ifa_flags & IFF_LOOPBACK) != 0) continue;
        const auto* address = reinterpret_cast<const sockaddr_in*>(entry->ifa_addr);
        return address_v4(ntohl(address->sin_addr.s_addr));
    }
    return std::nullopt;
}

} // namespace

std::string host_address_for(const std::string& peer)
{
    boost::system::error_code fault;
    const auto address = asio::ip::make_address_v4(peer, fault);
    if (!fault && !address.is_loopback()) {
        if (const auto source = source_towards(address)) return source->to_string();
    }
    // 192.0.2.1 is nobody's (RFC 5737), so the default route answers.
    if (const auto source = source_towards(asio::ip::make_address_v4("192.0.2.1"))) {
        return source->to_string();
    }
    if (const auto source = first_interface()) return source->to_string();
    return "127.0.0.1";
}

std::string hostname()
{
    std::array<char, 256> name{};
    if (gethostname(name.data(), name.size() - 1) != 0) return "localhost";
    return name.data();
}

} // namespace portald
