#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "portald/feed_queue.hpp"
#include "portald/feed_seats.hpp"
#include "portald/feed_socket.hpp"
#include "portald/token_bucket.hpp"

struct mg_connection;
struct mg_context;

namespace portald {

/// The WebSockets of /ws: messages out to all who watch. civetweb gives each connection a thread
/// that reads; one thread here writes to all of them, and never waits for any (FeedQueue says
/// when it may). A client that lags 1 MiB, or is silent for 60 s, is closed.
class LiveFeed {
public:
    using Id = std::uint64_t;
    using Text = FeedQueue::Text;
    using OnText = std::function<void(Id, std::string)>;
    /// A page that says more is closed.
    static constexpr double most_a_second = 50, most_at_once = 100;

    /// @param on_open, on_close, on_text  called on civetweb's threads; a text is what a client
    ///                                    says, at most FeedSocket::most_unfinished_bytes
    LiveFeed(std::function<void(Id)> on_open, std::function<void()> on_close, OnText on_text = {});
    ~LiveFeed(); ///< after the web server's
    LiveFeed(const LiveFeed&) = delete;
    LiveFeed& operator=(const LiveFeed&) = delete;

    /// Any thread. Broadcasts reach only those who have been welcomed before: so the first that
    /// a client hears is what is sent to it alone.
    void welcome(Id id);
    void send(Id id, Text text);
    void broadcast(const Text& text);
    std::size_t count() const;
    /// Bytes that a client has not been sent yet; nothing when it has gone or is to go.
    std::optional<std::size_t> owed(Id id) const;
    std::size_t owed() const; ///< of all of them

    /// Shared with whoever else watches.
    FeedSeats& seats() { return seats_; }

    /// For the web server alone: makes /ws of the server ours.
    /// @param address_of  of a client; on civetweb's threads
    void serve(mg_context* server, std::function<std::string(const mg_connection*)> address_of);
    /// … and tells that a request is over, whatever came of it: the connection is forgotten.
    void ended(const mg_connection* connection);

    /// For the callbacks.
    bool reserve(mg_connection* connection);
    void ready(const mg_connection* connection);
    void received(const mg_connection* connection, int opcode, std::string payload);

private:
    struct Feed {
        explicit Feed(FeedQueue::TimePoint now)
            : queue(now), since(now), said(most_a_second, most_at_once, now)
        {
        }
        Id id = 0;
        FeedQueue queue;
        FeedQueue::TimePoint since;
        TokenBucket said;
        bool open = false;                           // the handshake is done
        bool welcome = false;                        // hears broadcasts
        std::optional<FeedQueue::TimePoint> closing; // since when it is to end
        std::mutex writing;                          // held while `connection` or `socket` is used
        FeedSocket socket;
        mg_connection* connection = nullptr; // null: over
        std::shared_ptr<void> seat;
    };
    static constexpr std::chrono::seconds ends_within{6}; // civetweb needs 5 when it may

    using FeedPointer = std::shared_ptr<Feed>; // the writer may hold one that has just ended

    void write_forever();
    bool write_once(std::unique_lock<std::mutex>& lock);
    void write_one(const FeedPointer& feed, const FeedQueue::Frame& frame,
                   std::unique_lock<std::mutex>& lock);
    void push(Feed& feed, const Text& text);
    static bool is_stuffed(Feed& feed);
    static void end(Feed& feed, std::chrono::milliseconds patience = ends_within);

    std::function<void(Id)> on_open_;
    std::function<void()> on_close_;
    OnText on_text_;
    std::function<std::string(const mg_connection*)> address_of_;
    FeedSeats seats_;
    mutable std::mutex mutex_;
    std::condition_variable wake_;
    std::map<const mg_connection*, FeedPointer> feeds_;
    Id next_id_ = 1;
    bool stopping_ = false;
    std::thread writer_;
};

} // namespace portald
