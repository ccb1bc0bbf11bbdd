#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <list>
#include <memory>
#include <string>

#include "loop/asio.hpp"
#include "portald/known.hpp"
#include "portald/request.hpp"

namespace portald {

/// The one way from the web server's threads to the loop: a request is handed over and its
/// answer waited for, with a deadline, so that nothing on the bus can hold a web thread for long.
/// Everything but answer() and close() belongs to the loop's thread.
class BusGateway {
public:
    using OnResult = std::function<void(contract::Result)>;
    /// What the gateway needs of the bus and of the API.
    struct Ports {
        std::function<Step(const Request&, const Known&)> begin;
        std::function<const Known&()> known;
        std::function<void(const std::string& daemon, const std::string& verb, contract::Json args,
                           OnResult)>
            call;
    };

    BusGateway(asio::io_context& io, Ports ports,
               std::chrono::milliseconds deadline = std::chrono::seconds{12});

    /// On any thread but the loop's. 504 at the deadline, 503 after close().
    Response answer(Request request);
    /// No loop will answer any more: all who wait get 503 at once.
    void close();

    /// The state is not what it was: conversations that wait for it may go on.
    void known_changed();

private:
    struct Conversation;
    struct Waiting {
        std::shared_ptr<Conversation> conversation;
        WaitFor until;
        asio::steady_timer timer;
    };

    void go_on(const std::shared_ptr<Conversation>& conversation,
               const std::function<Step()>& next);
    void perform(const std::shared_ptr<Conversation>& conversation, Step step);
    void wait(const std::shared_ptr<Conversation>& conversation, WaitFor until);
    void finish_waiting(std::list<Waiting>::iterator waiting);

    asio::io_context& io_;
    Ports ports_;
    std::chrono::milliseconds deadline_;
    std::list<Waiting> waiting_;
    std::atomic<bool> closed_ = false;
};

} // namespace portald
