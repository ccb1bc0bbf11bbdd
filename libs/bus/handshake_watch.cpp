#include "bus/handshake_watch.hpp"

#include <cstring>

#include <sys/socket.h>

namespace bus {

namespace {

constexpr int failures = ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL | ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL;

zmq::socket_t monitor_of(zmq::context_t& context, zmq::socket_t& watched)
{
    const auto endpoint = "inproc://bus.handshakes";
    if (zmq_socket_monitor(watched.handle(), endpoint, ZMQ_EVENT_ACCEPTED | failures) != 0)
        throw zmq::error_t();
    zmq::socket_t socket(context, zmq::socket_type::pair);
    socket.set(zmq::sockopt::linger, 0);
    socket.connect(endpoint);
    return socket;
}

/// The peer's IP address; "" when it is gone, or has none.
std::string peer_of(int descriptor)
{
    asio::ip::tcp::endpoint peer;
    auto size = static_cast<socklen_t>(peer.capacity());
    if (::getpeername(descriptor, peer.data(), &size) != 0) return {};
    const auto family = peer.data()->sa_family;
    return family == AF_INET || family == AF_INET6 ? peer.address().to_string() : "";
}

} // namespace

HandshakeWatch::HandshakeWatch(asio::io_context& io, zmq::context_t& context,
                               zmq::socket_t& watched,
                               std::function<void(const std::string&)> failed)
    : watched_(watched),
      failed_(std::move(failed)),
      events_(io, monitor_of(context, watched), [this](const Frames& event) { on_event(event); })
{
}

HandshakeWatch::~HandshakeWatch()
{
    zmq_socket_monitor(watched_.handle(), nullptr, 0);
}

/// First frame: 16 bits of which event, 32 of its value, in this machine's byte order.
void HandshakeWatch::on_event(const Frames& event)
{
    std::uint16_t kind = 0;
    std::uint32_t value = 0;
    if (event.front().size() < sizeof kind + sizeof value) return;
    const auto* bytes = event.front().data<char>();
    std::memcpy(&kind, bytes, sizeof kind);
    std::memcpy(&value, bytes + sizeof kind, sizeof value);
    if (kind == ZMQ_EVENT_ACCEPTED)
        last_address_ = peer_of(static_cast<int>(value));
    else if ((kind & failures) != 0)
        failed_(last_address_);
}

} // namespace bus
