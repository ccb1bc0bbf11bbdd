#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "portald/front_door.hpp"
#include "portald/live_feed.hpp"
#include "portald/request.hpp"
#include "portald/tls_peers.hpp"

namespace portald {

/// HTTP: civetweb and nothing to decide. `door` is asked before a body is read, `answer` then;
/// both on civetweb's threads. What they throw is a 500.
class WebServer {
public:
    struct Options {
        std::string bind;
        std::uint16_t port = 0; ///< 0: any free one
        /// One thread per connection, and a WebSocket holds its own for life.
        unsigned threads = 96;
        std::chrono::milliseconds patience = std::chrono::seconds{10}; ///< with a slow client
        /// Not null: whatever comes, comes through TlsFront; outlives this.
        const TlsPeers* peers = nullptr;
    };
    static constexpr std::size_t most_body_bytes = 1024 * 1024;

    /// @throws std::runtime_error "listen 0.0.0.0:8080: Address already in use"
    WebServer(const Options& options, const FrontDoor& door,
              std::function<Response(Request)> answer, LiveFeed& feed);
    ~WebServer(); ///< waits for its threads; up to 2 s when WebSockets are open

    std::uint16_t port() const { return port_; }

private:
    struct Server;
    std::unique_ptr<Server> server_;
    std::uint16_t port_ = 0;
};

} // namespace portald
