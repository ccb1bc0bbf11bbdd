#pragma once

#include <string>

#include "bus/alarm.hpp"
#include "bus/socket.hpp"

namespace bus {

/// Keeps a socket connected to one endpoint, which need not exist yet. libzmq connects
/// again by itself (every 100 ms), but not after a peer broke the protocol: one frame over
/// ZMQ_MAXMSGSIZE, and a SUB or DEALER would be deaf for good, even for the peer's successor.
class Connection {
public:
    /// @param socket  of type SUB or DEALER, not yet connected; must outlive this
    Connection(asio::io_context& io, zmq::context_t& context, Socket& socket, std::string endpoint);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

private:
    void on_link_event(const Frames& frames);
    void connect_anew();

    Socket& socket_;
    std::string endpoint_;
    Alarm given_up_;
    Socket monitor_;
};

} // namespace bus
