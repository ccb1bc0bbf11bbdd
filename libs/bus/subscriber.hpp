#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "bus/connection.hpp"
#include "bus/socket.hpp"
#include "contract/envelope.hpp"

namespace bus {

/// A SUB socket on one daemon's events: parsed events to one handler. The peer may
/// come and go; ZeroMQ connects again (every 100 ms). Says nothing about loss: see
/// StateFollower for state, and seq/pos of the events for serial data.
class Subscriber {
public:
    using EventHandler = std::function<void(const contract::Event&)>;

    /// Messages that are not an event are dropped and counted; so are those whose handler
    /// throws BadMessage. Anything else that it throws leaves io.run().
    Subscriber(asio::io_context& io, zmq::context_t& context, const std::string& endpoint,
               EventHandler on_event);

    void subscribe(std::string_view topic_prefix);
    void unsubscribe(std::string_view topic_prefix);

    std::uint64_t malformed() const { return malformed_; }

private:
    void receive(const Frames& frames);

    EventHandler on_event_;
    std::uint64_t malformed_ = 0;
    Socket socket_;
    Connection connection_;
};

} // namespace bus
