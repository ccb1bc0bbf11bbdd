#include "bus/connection.hpp"

#include <chrono>
#include <cstring>

namespace bus {

namespace {

constexpr int reconnect_ms = 100;
// libzmq says that it will retry in the same breath as that the peer is lost.
constexpr auto silence_that_means_never = std::chrono::milliseconds{100};
constexpr int watched = ZMQ_EVENT_DISCONNECTED | ZMQ_EVENT_CONNECT_RETRIED |
                        ZMQ_EVENT_CONNECT_DELAYED | ZMQ_EVENT_CONNECTED;

zmq::socket_t make_monitor(zmq::context_t& context, zmq::socket_t& watched_socket)
{
    const auto name = "inproc://connection-" +
                      std::to_string(reinterpret_cast<std::uintptr_t>(watched_socket.handle()));
    if (zmq_socket_monitor(watched_socket.handle(), name.c_str(), watched) != 0)
        throw zmq::error_t();
    zmq::socket_t monitor(context, zmq::socket_type::pair);
    monitor.set(zmq::sockopt::linger, 0);
    monitor.connect(name);
    return monitor;
}

} // namespace

Connection::Connection(asio::io_context& io, zmq::context_t& context, Socket& socket,
                       std::string endpoint, WhenLost when_lost, std::function<void()> on_up)
    : socket_(socket),
      endpoint_(std::move(endpoint)),
      when_lost_(when_lost),
      on_up_(std::move(on_up)),
      given_up_(io, [this] { connect_anew(); }),
      monitor_(io, make_monitor(context, socket.zmq()),
               [this](const Frames& frames) { on_link_event(frames); })
{
    socket_.zmq().set(zmq::sockopt::reconnect_ivl, reconnect_ms);
    socket_.zmq().connect(endpoint_);
    socket_.recheck();
}

Connection::~Connection()
{
    // Before its reader goes: libzmq's thread would wait for one.
    zmq_socket_monitor(socket_.zmq().handle(), nullptr, 0);
}

/// The first frame begins with the event, 16 bits (zmq_socket_monitor(3)).
void Connection::on_link_event(const Frames& frames)
{
    std::uint16_t event = 0;
    if (frames.front().size() < sizeof event) return;
    std::memcpy(&event, frames.front().data(), sizeof event);
    given_up_.stop();
    if (event == ZMQ_EVENT_CONNECTED) {
        is_up_ = true;
        on_up_();
    } else if (event == ZMQ_EVENT_DISCONNECTED) {
        is_up_ = false;
        if (when_lost_ == WhenLost::forget)
            connect_anew();
        else
            given_up_.at(std::chrono::steady_clock::now() + silence_that_means_never);
    }
}

void Connection::connect_anew()
{
    try {
        // Else connect() finds the endpoint in its list and does nothing.
        socket_.zmq().disconnect(endpoint_);
    } catch (const zmq::error_t&) { // libzmq has struck it off itself
    }
    socket_.zmq().connect(endpoint_);
    socket_.recheck();
}

} // namespace bus
