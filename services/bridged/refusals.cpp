#include "bridged/refusals.hpp"

#include <array>
#include <utility>

namespace bridged {

/// Kept by its pending read alone.
struct Refusals::Guest : std::enable_shared_from_this<Guest> {
    Guest(asio::io_context& io, asio::ip::tcp::socket connected)
        : socket(std::move(connected)), patience(io)
    {
    }

    void wait_for_end()
    {
        patience.expires_after(Refusals::patience);
        patience.async_wait([weak = weak_from_this()](boost::system::error_code cancelled) {
            if (const auto self = weak.lock(); self && !cancelled) self->close();
        });
        read();
    }
    void read()
    {
        socket.async_read_some(asio::buffer(unread),
                               [self = shared_from_this()](auto fault, std::size_t) {
                                   if (!fault) self->read();
                               });
    }
    void close()
    {
        boost::system::error_code ignored;
        socket.close(ignored);
    }

    asio::ip::tcp::socket socket;
    asio::steady_timer patience;
    std::array<std::byte, 1024> unread;
};

Refusals::~Refusals()
{
    for (const auto& weak : guests_)
        if (const auto guest = weak.lock()) guest->close();
}

void Refusals::refuse(asio::ip::tcp::socket socket, const std::string& line)
{
    boost::system::error_code ignored; // an empty send buffer takes one line at once
    socket.non_blocking(true, ignored);
    socket.write_some(asio::buffer(line), ignored);
    socket.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
    guests_.remove_if([](const auto& weak) { return weak.expired(); });
    if (guests_.size() >= at_once) return;
    const auto guest = std::make_shared<Guest>(io_, std::move(socket));
    guests_.push_back(guest);
    guest->wait_for_end();
}

} // namespace bridged
