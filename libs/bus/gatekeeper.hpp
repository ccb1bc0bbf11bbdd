#pragma once

#include <functional>
#include <optional>
#include <string>

#include "bus/socket.hpp"

namespace bus {

/// Who knocks at an endpoint that Publisher::listen() opened.
struct Visitor {
    std::string address; ///< IP, maybe IPv4-mapped
    std::string key;     ///< his public key in Z85, which he has proved to be his; "" without CURVE
};

/// Lets visitors in or not: ZAP (ZeroMQ RFC 27), of which a context has one handler. Made before
/// the endpoint is, so that nobody comes before it; without it nobody comes in at all.
class Gatekeeper {
public:
    /// Nothing: come in. Else why not, for who has to answer for it; the visitor is not told.
    using Judge = std::function<std::optional<std::string>(const Visitor&)>;

    Gatekeeper(asio::io_context& io, zmq::context_t& context, Judge judge);

private:
    void on_request(const Frames& request);

    Judge judge_;
    Socket socket_;
};

} // namespace bus
