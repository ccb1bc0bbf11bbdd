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
/// Those that wait for what a board says may take minutes; they have few seats, so that they
/// never take all web threads, and lose theirs when the client has gone.
/// Everything but answer() and close() belongs to the loop's thread.
class BusGateway {
public:
    static constexpr unsigned most_seats = 16;

    using OnResult = std::function<void(contract::Result)>;
    using OnHeard = std::function<void(std::variant<Heard, contract::Error>)>;
    /// What the gateway needs of the bus and of the API.
    struct Ports {
        std::function<Step(const Request&, const Known&)> begin;
        std::function<const Known&()> known;
        /// Called without its `then`.
        std::function<void(BusCall, OnResult)> call;
        /// Until `on_heard`, or until what it returns is destroyed.
        std::function<std::shared_ptr<void>(Listening, OnHeard)> listen = {};
        /// Whether a request needs a seat; on any thread.
        std::function<bool(const Request&)> needs_seat = {};
    };

    BusGateway(asio::io_context& io, Ports ports,
               std::chrono::milliseconds deadline = std::chrono::seconds{12});

    /// On any thread but the loop's. 504 at the deadline, 503 after close() and without a seat.
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
    struct Listener {
        std::shared_ptr<Conversation> conversation;
        std::shared_ptr<void> listening = {};
    };

    Response answer_in_time(Request request);
    std::optional<Response> cannot_wait(Conversation& conversation,
                                        std::chrono::steady_clock::time_point since,
                                        const std::function<bool()>& gone) const;
    void abandon(const std::shared_ptr<Conversation>& conversation);
    void go_on(const std::shared_ptr<Conversation>& conversation,
               const std::function<Step()>& next);
    void perform(const std::shared_ptr<Conversation>& conversation, Step step);
    void wait(const std::shared_ptr<Conversation>& conversation, WaitFor until);
    void finish_waiting(const std::shared_ptr<Waiting>& waiting);
    void listen(const std::shared_ptr<Conversation>& conversation, Listen what);

    asio::io_context& io_;
    Ports ports_;
    std::chrono::milliseconds deadline_;
    std::list<std::shared_ptr<Waiting>> waiting_; // owned here: timers only look
    std::list<Listener> listeners_;
    std::atomic<unsigned> seats_taken_ = 0;
    std::atomic<bool> closed_ = false;
};

} // namespace portald
