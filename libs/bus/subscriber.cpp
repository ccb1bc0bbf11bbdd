#include "bus/subscriber.hpp"

namespace bus {

namespace {

constexpr int high_water = 2000; // as the publisher's
constexpr std::int64_t most_incoming = 1 << 20;

zmq::socket_t make_socket(zmq::context_t& context)
{
    zmq::socket_t socket(context, zmq::socket_type::sub);
    socket.set(zmq::sockopt::linger, 0);
    socket.set(zmq::sockopt::rcvhwm, high_water);
    socket.set(zmq::sockopt::maxmsgsize, most_incoming);
    return socket;
}

} // namespace

Subscriber::Subscriber(asio::io_context& io, zmq::context_t& context, const std::string& endpoint,
                       EventHandler on_event)
    : on_event_(std::move(on_event)),
      socket_(io, make_socket(context), [this](const Frames& frames) { receive(frames); }),
      connection_(io, context, socket_, endpoint)
{
}

void Subscriber::subscribe(std::string_view topic_prefix)
{
    socket_.zmq().set(zmq::sockopt::subscribe, topic_prefix);
    socket_.recheck();
}

void Subscriber::unsubscribe(std::string_view topic_prefix)
{
    socket_.zmq().set(zmq::sockopt::unsubscribe, topic_prefix);
    socket_.recheck();
}

void Subscriber::receive(const Frames& frames)
try {
    if (frames.size() != 3) throw contract::BadMessage("an event has 3 frames");
    on_event_(
        {text(frames[0]), contract::parse_header(frames[1].to_string_view()), text(frames[2])});
} catch (const contract::BadMessage&) {
    ++malformed_;
}

} // namespace bus
