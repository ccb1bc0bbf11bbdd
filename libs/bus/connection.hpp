#pragma once

#include <functional>
#include <string>

#include "bus/alarm.hpp"
#include "bus/socket.hpp"

namespace bus {

/// Keeps a socket connected to one endpoint, which need not exist yet. libzmq connects
/// again by itself (every 100 ms), but not after a peer broke the protocol: one frame over
/// ZMQ_MAXMSGSIZE, and a SUB or DEALER would be deaf for good, even for the peer's successor.
class Connection {
public:
    enum class WhenLost {
        libzmq_connects_again, ///< what was to be sent waits for the peer, however long
        forget,                ///< what was to be sent, and what came and was not read
    };

    /// @param socket   of type SUB or DEALER, not yet connected; must outlive this
    /// @param on_up    the peer is there, or another
    Connection(
        asio::io_context& io, zmq::context_t& context, Socket& socket, std::string endpoint,
        WhenLost when_lost = WhenLost::libzmq_connects_again, std::function<void()> on_up = [] {});
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// As far as we were told: it may just have gone.
    bool is_up() const { return is_up_; }

private:
    void on_link_event(const Frames& frames);
    void connect_anew();

    Socket& socket_;
    std::string endpoint_;
    WhenLost when_lost_;
    std::function<void()> on_up_;
    bool is_up_ = false;
    Alarm given_up_;
    Socket monitor_;
};

} // namespace bus
