#pragma once

#include <chrono>
#include <cstddef>
#include <list>
#include <memory>
#include <string>

#include "loop/asio.hpp"

namespace bridged {

/// Sends away clients that have to be refused, politely: one plain line, our side is shut,
/// what they send is read to its end (closing with unread data would be a reset, which takes
/// the line with it), then closed. Bounded in number and time.
class Refusals {
public:
    static constexpr std::size_t at_once = 8; ///< more are closed after the line
    static constexpr std::chrono::seconds patience{2};

    explicit Refusals(asio::io_context& io) : io_(io) {}
    ~Refusals();

    void refuse(asio::ip::tcp::socket socket, const std::string& line);

private:
    struct Guest;
    asio::io_context& io_;
    std::list<std::weak_ptr<Guest>> guests_;
};

} // namespace bridged
