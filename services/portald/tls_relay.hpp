#pragma once

#include <array>
#include <functional>
#include <memory>
#include <string>

#include "loop/asio_ssl.hpp"
#include "portald/tls_peers.hpp"

namespace portald {

/// One connection of TlsFront: handshake, then bytes both ways until either side has ended. Shared
/// by what it waits for. 32 KiB and what OpenSSL needs.
class TlsRelay : public std::enable_shared_from_this<TlsRelay> {
public:
    static constexpr std::chrono::seconds patience{10};

    TlsRelay(asio::ip::tcp::socket client, asio::ssl::context& identity, TlsPeers& peers,
             std::function<void()> ended);
    ~TlsRelay();

    void start(const asio::ip::tcp::endpoint& to);

private:
    using Socket = asio::ip::tcp::socket;

    void connect(const asio::ip::tcp::endpoint& to);
    void from_client();
    void from_server();
    void say_goodbye();
    void end();
    void within_patience();
    void no_hurry();

    asio::ssl::stream<Socket> client_;
    Socket server_;
    asio::steady_timer deadline_; // for what the client has to do
    TlsPeers& peers_;
    std::function<void()> ended_;
    std::string address_;
    std::uint16_t port_ = 0;
    std::array<char, 16384> up_{};
    std::array<char, 16384> down_{};
};

} // namespace portald
