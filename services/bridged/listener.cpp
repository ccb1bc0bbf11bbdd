#include "bridged/listener.hpp"

#include <netinet/tcp.h>

#include <utility>

namespace bridged {

namespace {

using asio::ip::tcp;

/// What each accepted socket inherits on Linux, tcp(7): so it costs a client's first answer no
/// time. A peer that is gone without a word is found after 15 + 3 × 5 s. No TCP_USER_TIMEOUT: it
/// kills a peer that is alive and merely slow to read.
void prepare(tcp::acceptor& acceptor, boost::system::error_code& fault)
{
    using Idle = asio::detail::socket_option::integer<IPPROTO_TCP, TCP_KEEPIDLE>;
    using Interval = asio::detail::socket_option::integer<IPPROTO_TCP, TCP_KEEPINTVL>;
    using Inline = asio::socket_base::out_of_band_inline;
    using Probes = asio::detail::socket_option::integer<IPPROTO_TCP, TCP_KEEPCNT>;
    const auto set = [&](const auto& option) {
        if (!fault) acceptor.set_option(option, fault);
    };
    set(tcp::acceptor::reuse_address{true});
    set(tcp::no_delay{true});
    set(asio::socket_base::keep_alive{true});
    set(Inline{true}); // telnet's urgent data mark is in the stream
    set(Idle{15});
    set(Interval{5});
    set(Probes{3});
}

constexpr std::chrono::milliseconds pause_when_out_of_descriptors{100};

} // namespace

Listener::Listener(asio::io_context& io, const daemonkit::AccessList& access, Handler connected,
                   std::function<void(const std::string&)> complain)
    : access_(access),
      connected_(std::move(connected)),
      complain_(std::move(complain)),
      acceptor_(io),
      pause_(io)
{
}

Listener::~Listener()
{
    *alive_ = false;
}

boost::system::error_code Listener::bind(const tcp::endpoint& endpoint)
{
    if (is_bound()) return {};
    boost::system::error_code fault;
    acceptor_.open(endpoint.protocol(), fault);
    if (!fault) prepare(acceptor_, fault);
    if (!fault) acceptor_.bind(endpoint, fault);
    if (fault) close();
    return fault;
}

boost::system::error_code Listener::listen()
{
    if (listening_) return {};
    boost::system::error_code fault;
    acceptor_.listen(tcp::acceptor::max_listen_connections, fault);
    if (fault) {
        close();
        return fault;
    }
    listening_ = true;
    accept();
    return {};
}

void Listener::close()
{
    listening_ = false;
    pause_.cancel();
    boost::system::error_code ignored;
    acceptor_.close(ignored);
}

void Listener::accept()
{
    const auto peer = std::make_shared<tcp::endpoint>(); // written though we be gone
    acceptor_.async_accept(
        *peer, [this, alive = alive_, peer](boost::system::error_code fault, tcp::socket socket) {
            if (fault != asio::error::operation_aborted && *alive)
                on_accepted(fault, std::move(socket), *peer);
        });
}

void Listener::on_accepted(boost::system::error_code fault, tcp::socket socket,
                           const tcp::endpoint& peer)
{
    if (!listening_) return;
    if (fault && fault != asio::error::connection_aborted) {
        pause_.expires_after(pause_when_out_of_descriptors);
        pause_.async_wait([this, alive = alive_](boost::system::error_code cancelled) {
            if (!cancelled && *alive && listening_) accept();
        });
        return;
    }
    if (!fault) {
        if (access_.allows(peer.address()))
            connected_(std::move(socket), peer);
        else
            deny(peer.address());
    }
    if (listening_) accept();
}

void Listener::deny(const asio::ip::address& address)
{
    const auto name = address.to_string();
    if (complaints_.is_due(name, std::chrono::steady_clock::now())) complain_("refused " + name);
}

} // namespace bridged
