#include "portald/tls_front.hpp"

#include <stdexcept>
#include <thread>

#include <fmt/format.h>

#include "portald/tls_identity.hpp"
#include "portald/tls_relay.hpp"

namespace portald {

using boost::system::error_code;

class TlsFront::Loop {
public:
    Loop(const Options& options, TlsPeers& peers, std::function<bool(const std::string&)> allows)
        : identity_(tls_identity(options.files)),
          to_(asio::ip::address_v4::loopback(), options.to),
          peers_(peers),
          allows_(std::move(allows))
    {
        listen(options);
        accept();
        thread_ = std::thread([this] { io_.run(); });
    }
    ~Loop()
    {
        io_.stop();
        thread_.join();
    }
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;

    std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

private:
    void listen(const Options& options);
    void accept();
    void take(asio::ip::tcp::socket client);

    std::size_t connections_ = 0; // relays count it down, and they end with the loop
    asio::io_context io_{1};
    asio::ssl::context identity_;
    asio::ip::tcp::acceptor acceptor_{io_};
    asio::steady_timer pause_{io_};
    asio::ip::tcp::endpoint to_;
    TlsPeers& peers_;
    std::function<bool(const std::string&)> allows_;
    std::thread thread_;
};

void TlsFront::Loop::listen(const Options& options)
{
    error_code fault;
    const asio::ip::tcp::endpoint endpoint(asio::ip::make_address_v4(options.bind), options.port);
    acceptor_.open(endpoint.protocol(), fault);
    acceptor_.set_option(asio::socket_base::reuse_address(true), fault);
    acceptor_.bind(endpoint, fault);
    if (!fault) acceptor_.listen(asio::socket_base::max_listen_connections, fault);
    if (fault)
        throw std::runtime_error(
            fmt::format("listen {}:{}: {}", options.bind, options.port, fault.message()));
}

void TlsFront::Loop::accept()
{
    acceptor_.async_accept([this](const error_code& fault, asio::ip::tcp::socket client) {
        if (!fault) {
            take(std::move(client));
            return accept();
        }
        // Out of descriptors, as a rule: trying at once would only keep the processor busy.
        pause_.expires_after(std::chrono::milliseconds{100});
        pause_.async_wait([this](const error_code&) { accept(); });
    });
}

void TlsFront::Loop::take(asio::ip::tcp::socket client)
{
    error_code fault;
    const auto peer = client.remote_endpoint(fault);
    if (fault || connections_ >= most_connections || !allows_(peer.address().to_string())) return;
    ++connections_;
    std::make_shared<TlsRelay>(std::move(client), identity_, peers_, [this] {
        --connections_;
    })->start(to_);
}

TlsFront::TlsFront(const Options& options, TlsPeers& peers,
                   std::function<bool(const std::string& address)> allows)
    : loop_(std::make_unique<Loop>(options, peers, std::move(allows)))
{
}

TlsFront::~TlsFront() = default;

std::uint16_t TlsFront::port() const
{
    return loop_->port();
}

} // namespace portald
