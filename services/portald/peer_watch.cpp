#include "portald/peer_watch.hpp"

#include <array>
#include <charconv>
#include <filesystem>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

namespace portald {

namespace {

using AddressOf = int (*)(int, sockaddr*, socklen_t*);

/// Nothing: no socket, or not one of IPv4.
std::optional<sockaddr_in> end_of(int descriptor, AddressOf which)
{
    sockaddr_in address{};
    socklen_t size = sizeof address;
    if (which(descriptor, reinterpret_cast<sockaddr*>(&address), &size) != 0) return std::nullopt;
    if (address.sin_family != AF_INET) return std::nullopt;
    return address;
}

} // namespace

bool PeerWatch::is_it(int descriptor) const
{
    const auto there = end_of(descriptor, getpeername);
    if (!there || ntohs(there->sin_port) != port_) return false;
    const auto here = end_of(descriptor, getsockname);
    if (!here || ntohs(here->sin_port) != own_port_) return false;
    std::array<char, INET_ADDRSTRLEN> text{};
    return inet_ntop(AF_INET, &there->sin_addr, text.data(), text.size()) &&
           address_ == text.data();
}

int PeerWatch::find() const
{
    std::error_code fault;
    for (std::filesystem::directory_iterator at("/proc/self/fd", fault), end; !fault && at != end;
         at.increment(fault)) {
        const auto name = at->path().filename().string();
        int descriptor = -1;
        std::from_chars(name.data(), name.data() + name.size(), descriptor);
        if (descriptor >= 0 && is_it(descriptor)) return descriptor;
    }
    return -1;
}

int PeerWatch::socket()
{
    if (!socket_) socket_ = find();
    return *socket_;
}

bool PeerWatch::gone()
{
    if (socket() < 0) return false;
    pollfd watched{socket(), POLLRDHUP, 0};
    return poll(&watched, 1, 0) > 0 && watched.revents != 0;
}

} // namespace portald
