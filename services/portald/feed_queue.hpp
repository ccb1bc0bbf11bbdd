#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace portald {

/// What one WebSocket client is still owed, and whether it keeps up. Writing to a client that
/// does not read would block the one thread that writes to all of them, so no more than a
/// window of bytes is ever on its way unconfirmed; every client confirms by answering pings,
/// which RFC 6455 §5.5.2 demands and browsers do by themselves. No I/O.
class FeedQueue {
public:
    using Text = std::shared_ptr<const std::string>; // one message, owed to many clients
    using TimePoint = std::chrono::steady_clock::time_point;

    static constexpr std::size_t window_bytes = 32 * 1024; ///< fits a fresh socket's buffer
    static constexpr std::size_t most_bytes = 1024 * 1024; ///< owed; more: it lags too much
    static constexpr std::chrono::seconds ping_every{20};  ///< also when nothing is said
    static constexpr std::chrono::seconds silent_for{60};  ///< then it is dead

    explicit FeedQueue(TimePoint now) : last_ping_(now), last_heard_(now) {}

    void push(Text text);
    /// The client asked for a sign of life; its payload is to be repeated.
    void push_pong(std::string payload);

    struct Frame {
        enum class Kind { text, ping, pong } kind;
        Text text; ///< never null
    };
    /// What to write now; nothing while the client has not confirmed enough, or nothing is owed.
    std::optional<Frame> next(TimePoint now);

    /// A pong came. Foreign and stale payloads only prove that somebody is there.
    void ponged(std::string_view payload, TimePoint now);

    std::size_t owed_bytes() const { return owed_bytes_; }
    bool lags() const { return owed_bytes_ > most_bytes; }
    bool is_dead(TimePoint now) const { return now - last_heard_ > silent_for; }

private:
    Frame ping(TimePoint now);

    std::deque<Text> owed_;
    std::size_t owed_bytes_ = 0;
    std::optional<std::string> pong_;
    std::uint64_t sent_ = 0;      // bytes, ever
    std::uint64_t pinged_ = 0;    // of them, before the last ping
    std::uint64_t confirmed_ = 0; // of them
    TimePoint last_ping_;
    TimePoint last_heard_;
};

} // namespace portald
