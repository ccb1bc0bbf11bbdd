#include "ctl/slot_connection.hpp"

#include <span>
#include <stdexcept>
#include <utility>

#include "telnet/encoder.hpp"

namespace ctl {

using Fault = boost::system::error_code;
constexpr std::size_t most_at_once = 64 * 1024; // of a board that does not stop

SlotConnection::SlotConnection(asio::io_context& io, std::string host, std::string port)
    : host_(std::move(host)), port_(std::move(port)), resolver_(io), socket_(io)
{
}

std::string SlotConnection::read()
{
    if (!socket_.is_open()) connect();
    telnet::Bytes data;
    telnet::Bytes answer;
    Fault fault;
    while (data.size() < most_at_once && !fault) {
        const auto size = socket_.read_some(asio::buffer(received_), fault);
        client_.receive(std::span{received_}.first(size), data, answer);
    }
    if (fault && fault != asio::error::would_block) lose(client_.why_closed(fault.message()));
    if (!answer.empty()) send(answer);
    return {reinterpret_cast<const char*>(data.data()), data.size()};
}

void SlotConnection::write(const std::string& bytes)
{
    if (!socket_.is_open()) connect();
    telnet::Bytes escaped;
    telnet::append_data(escaped, std::as_bytes(std::span{bytes}));
    send(escaped);
}

void SlotConnection::connect()
{
    Fault fault;
    client_ = Rfc2217Client{};
    const auto found = resolver_.resolve(host_, port_, fault);
    if (!fault) asio::connect(socket_, found, fault);
    if (fault) lose(fault.message());
    socket_.set_option(asio::ip::tcp::no_delay{true});
    send(client_.hello());
    socket_.non_blocking(true);
}

/// All of it, however long that takes: nobody types more than a socket holds.
void SlotConnection::send(const telnet::Bytes& bytes)
{
    Fault fault;
    const bool was_non_blocking = socket_.non_blocking();
    socket_.non_blocking(false);
    asio::write(socket_, asio::buffer(bytes), fault);
    if (fault) lose(fault.message());
    socket_.non_blocking(was_non_blocking);
}

void SlotConnection::lose(const std::string& why)
{
    Fault ignored;
    socket_.close(ignored);
    throw std::runtime_error(host_ + ":" + port_ + ": " + why);
}

} // namespace ctl
