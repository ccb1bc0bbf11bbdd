#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "portald/feed_seats.hpp"
#include "portald/request.hpp"

namespace portald {

/// GET /api/events: what is told over /ws, as server-sent events. Each client has a web thread
/// that waits for the next, writes it, and is given up by the web server when the client does not
/// read; what waits for it is bounded. Any thread.
class EventStreams {
public:
    static constexpr std::size_t most_waiting = 256 * 1024; ///< bytes; more: it is dropped
    using Id = std::uint64_t;
    using Text = std::shared_ptr<const std::string>;

    /// @param on_open, on_close  called on web threads
    EventStreams(FeedSeats& seats, std::function<void(Id)> on_open, std::function<void()> on_close,
                 std::chrono::milliseconds beat_every = std::chrono::seconds{10});

    Response open(const Request& request);
    void close(); ///< all of them, and no more

    /// As LiveFeed's.
    void welcome(Id id);
    void send(Id id, const Text& text);
    void broadcast(const Text& text);
    std::size_t count() const;

private:
    struct Stream {
        Id id = 0;
        std::deque<Text> waiting;
        std::size_t bytes = 0;
        bool welcome = false;
        bool dropped = false;
        std::shared_ptr<void> seat;
    };
    std::shared_ptr<Stream> add(std::shared_ptr<void> seat);
    void remove(Id id);
    std::optional<std::string> next(Stream& stream);
    static void push(Stream& stream, const Text& text);

    FeedSeats& seats_;
    std::function<void(Id)> on_open_;
    std::function<void()> on_close_;
    std::chrono::milliseconds beat_every_;
    mutable std::mutex mutex_;
    std::condition_variable news_;
    std::map<Id, std::shared_ptr<Stream>> streams_;
    Id next_id_ = 1;
    bool closed_ = false;
};

/// {"type":"slot",…} as "event: slot\ndata: …\n\n".
std::string server_sent(const std::string& message);

} // namespace portald
