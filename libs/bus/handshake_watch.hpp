#pragma once

#include <functional>
#include <string>

#include "bus/socket.hpp"

namespace bus {

/// Tells who leaves a bound socket before a Gatekeeper is asked: who encrypts with a wrong server
/// key or not at all, or does not speak ZeroMQ (zmq_socket_monitor(3)).
class HandshakeWatch {
public:
    /// @param failed  told the IP address of whom it was, as far as can be said: libzmq does not,
    ///                so it is whoever connected last; "" when that one is gone already
    HandshakeWatch(asio::io_context& io, zmq::context_t& context, zmq::socket_t& watched,
                   std::function<void(const std::string& address)> failed);
    ~HandshakeWatch();
    HandshakeWatch(const HandshakeWatch&) = delete;
    HandshakeWatch& operator=(const HandshakeWatch&) = delete;

private:
    void on_event(const Frames& event);

    zmq::socket_t& watched_;
    std::function<void(const std::string&)> failed_;
    std::string last_address_;
    Socket events_;
};

} // namespace bus
