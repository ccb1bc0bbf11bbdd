#pragma once

#include <array>
#include <cstddef>
#include <string>

#include "ctl/rfc2217_client.hpp"
#include "loop/asio.hpp"

namespace ctl {

/// A slot's TCP port, for who looks at it again and again. Made anew after it was lost.
class SlotConnection {
public:
    SlotConnection(asio::io_context& io, std::string host, std::string port);

    /// What the board has said since; "" for nothing.
    /// @throws std::runtime_error why there is no connection; the next call tries again
    std::string read();
    void write(const std::string& bytes);

private:
    void connect();
    void send(const telnet::Bytes& bytes);
    [[noreturn]] void lose(const std::string& why);

    std::string host_;
    std::string port_;
    asio::ip::tcp::resolver resolver_;
    asio::ip::tcp::socket socket_;
    Rfc2217Client client_;
    std::array<std::byte, 16384> received_{};
};

} // namespace ctl
