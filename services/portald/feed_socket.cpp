#include "portald/feed_socket.hpp"

#include <cstddef>

#include <linux/tcp.h> // has more of tcp_info than netinet/tcp.h
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

namespace portald {

// More may come between the two questions: their order is such that it is never held
// against the client.

void FeedSocket::frame_came()
{
    const auto unread = unread_bytes();
    whole_bytes_ = received_bytes() - unread;
}

bool FeedSocket::is_stuffed() const
{
    const auto received = received_bytes();
    return received > whole_bytes_ + unread_bytes() + most_unfinished_bytes;
}

/// As the kernel counts them, also those that civetweb has taken already.
std::uint64_t FeedSocket::received_bytes() const
{
    if (descriptor_ < 0) return 0;
    tcp_info info{};
    socklen_t size = sizeof info;
    const int fault = getsockopt(descriptor_, IPPROTO_TCP, TCP_INFO, &info, &size);
    constexpr auto needed = offsetof(tcp_info, tcpi_bytes_received) + sizeof(std::uint64_t);
    return fault == 0 && size >= needed ? info.tcpi_bytes_received : 0;
}

std::uint64_t FeedSocket::unread_bytes() const
{
    int bytes = 0;
    if (descriptor_ < 0 || ioctl(descriptor_, FIONREAD, &bytes) != 0 || bytes < 0) return 0;
    return static_cast<std::uint64_t>(bytes);
}

void FeedSocket::shut_down() const
{
    if (descriptor_ >= 0) shutdown(descriptor_, SHUT_RDWR);
}

} // namespace portald
