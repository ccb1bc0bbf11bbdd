#pragma once

#include <functional>
#include <memory>
#include <string>

#include "daemonkit/access_list.hpp"
#include "daemonkit/complaints.hpp"
#include "loop/asio.hpp"

namespace bridged {

/// The TCP port of one slot: who may connect is handed over, ready to talk to (no
/// delay, keepalive 15/5/3); others are closed without a word.
class Listener {
public:
    using Handler = std::function<void(asio::ip::tcp::socket, asio::ip::tcp::endpoint)>;

    Listener(asio::io_context& io, const daemonkit::AccessList& access, Handler connected,
             std::function<void(const std::string&)> complain);
    ~Listener();
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;

    /// Two steps: first the port is taken, so that a tty need not be opened for a port that
    /// another program has; connections are refused by the kernel until listen().
    boost::system::error_code bind(const asio::ip::tcp::endpoint& endpoint);
    boost::system::error_code listen();
    void close();

    bool is_bound() const { return acceptor_.is_open(); }
    bool is_listening() const { return listening_; }

private:
    void accept();
    void on_accepted(boost::system::error_code fault, asio::ip::tcp::socket socket,
                     const asio::ip::tcp::endpoint& peer);
    void deny(const asio::ip::address& address);

    const daemonkit::AccessList& access_;
    Handler connected_;
    std::function<void(const std::string&)> complain_;
    asio::ip::tcp::acceptor acceptor_;
    asio::steady_timer pause_;
    bool listening_ = false;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true); // queued handlers outlive us
    daemonkit::Complaints complaints_;
};

} // namespace bridged
