#include "portald/tls_relay.hpp"

namespace portald {

using boost::system::error_code;

TlsRelay::TlsRelay(Socket client, asio::ssl::context& identity, TlsPeers& peers,
                   std::function<void()> ended)
    : client_(std::move(client), identity),
      server_(client_.get_executor()),
      deadline_(client_.get_executor()),
      peers_(peers),
      ended_(std::move(ended))
{
    error_code fault;
    address_ = client_.next_layer().remote_endpoint(fault).address().to_string();
    client_.next_layer().set_option(asio::ip::tcp::no_delay(true), fault);
}

TlsRelay::~TlsRelay()
{
    if (port_ != 0) peers_.remove(port_);
    ended_();
}

void TlsRelay::start(const asio::ip::tcp::endpoint& to)
{
    within_patience();
    client_.async_handshake(asio::ssl::stream_base::server,
                            [self = shared_from_this(), to](const error_code& fault) {
                                if (fault) return self->end();
                                self->no_hurry();
                                self->connect(to);
                            });
}

/// The server accepts only after that, so it finds the address in any case.
void TlsRelay::connect(const asio::ip::tcp::endpoint& to)
{
    error_code fault;
    server_.open(to.protocol(), fault);
    if (!fault) server_.bind({asio::ip::address_v4::loopback(), 0}, fault);
    if (fault) return end();
    server_.set_option(asio::ip::tcp::no_delay(true), fault);
    port_ = server_.local_endpoint(fault).port();
    peers_.add(port_, address_);
    server_.async_connect(to, [self = shared_from_this()](const error_code& refused) {
        if (refused) return self->end();
        self->from_client();
        self->from_server();
    });
}

void TlsRelay::from_client()
{
    client_.async_read_some(asio::buffer(up_),
                            [self = shared_from_this()](const error_code& fault, std::size_t size) {
                                error_code ignored;
                                // The server may still have an answer to give.
                                if (fault) {
                                    self->server_.shutdown(Socket::shutdown_send, ignored);
                                    return;
                                }
                                asio::async_write(self->server_, asio::buffer(self->up_, size),
                                                  [self](const error_code& refused, std::size_t) {
                                                      if (refused) return self->end();
                                                      self->from_client();
                                                  });
                            });
}

void TlsRelay::from_server()
{
    server_.async_read_some(asio::buffer(down_), [self = shared_from_this()](
                                                     const error_code& fault, std::size_t size) {
        if (fault) return self->say_goodbye();
        self->within_patience(); // a client that does not read would be here for ever
        asio::async_write(self->client_, asio::buffer(self->down_, size),
                          [self](const error_code& refused, std::size_t) {
                              if (refused) return self->end();
                              self->no_hurry();
                              self->from_server();
                          });
    });
}

/// So that the client can tell an end from a cut.
void TlsRelay::say_goodbye()
{
    within_patience();
    client_.async_shutdown([self = shared_from_this()](const error_code&) { self->end(); });
}

void TlsRelay::within_patience()
{
    deadline_.expires_after(patience);
    deadline_.async_wait([weak = weak_from_this()](const error_code& cancelled) {
        const auto self = weak.lock();
        // It may have been put off when this was on its way already.
        if (self && !cancelled && self->deadline_.expiry() <= asio::steady_timer::clock_type::now())
            self->end();
    });
}

void TlsRelay::no_hurry()
{
    deadline_.expires_at(asio::steady_timer::time_point::max());
}

/// Whoever waits then hears of it, and lets go.
void TlsRelay::end()
{
    error_code ignored;
    no_hurry();
    client_.next_layer().close(ignored);
    server_.close(ignored);
}

} // namespace portald
