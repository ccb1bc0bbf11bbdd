#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "portald/tls_files.hpp"
#include "portald/tls_peers.hpp"

namespace portald {

/// TLS before the web server: takes connections, and hands what they say in the clear to the web
/// server's port on loopback. Debian 12's civetweb cannot do it itself: it wants functions that
/// OpenSSL 3 has no more, and crashes at the first connection. A thread and a loop of its own, so
/// that handshakes, which cost milliseconds of computing, hold nothing up.
class TlsFront {
public:
    struct Options {
        std::string bind;
        std::uint16_t port = 0; ///< 0: any free one
        std::uint16_t to = 0;   ///< the web server's, on 127.0.0.1
        TlsFiles files;
    };
    static constexpr std::size_t most_connections = 192;

    /// @param allows  asked with an address before a byte is read, on this thread
    /// @throws contract::BadMessage, and std::runtime_error "listen 0.0.0.0:8443: …"
    TlsFront(const Options& options, TlsPeers& peers,
             std::function<bool(const std::string& address)> allows);
    ~TlsFront();
    TlsFront(const TlsFront&) = delete;
    TlsFront& operator=(const TlsFront&) = delete;

    std::uint16_t port() const;

private:
    class Loop; // behind a pointer: who includes this does not compile OpenSSL's part of Asio
    std::unique_ptr<Loop> loop_;
};

} // namespace portald
