#include "portald/live_feed.hpp"

#include <algorithm>
#include <vector>

#include <civetweb.h>
#include <spdlog/spdlog.h>

#include "portald/peer_watch.hpp"

namespace portald {

namespace {

using Clock = std::chrono::steady_clock;

/// Of what a client says, that is kept until it is looked at.
constexpr std::size_t most_text = 4097;

/// Pings and dead clients need a look now and then.
constexpr std::chrono::seconds look_every{1};

/// From the handshake until civetweb's thread is surely in its reading loop.
constexpr std::chrono::seconds begins_within{2};

LiveFeed& self(void* feed)
{
    return *static_cast<LiveFeed*>(feed);
}

/// An exception that left a callback would end the process.
template<typename Call>
int guarded(int when_thrown, Call call) noexcept
{
    try {
        return call();
    } catch (const std::exception& fault) {
        spdlog::error("live feed: {}", fault.what());
        return when_thrown;
    }
}

int opcode_of(FeedQueue::Frame::Kind kind)
{
    switch (kind) {
    case FeedQueue::Frame::Kind::ping:
        return MG_WEBSOCKET_OPCODE_PING;
    case FeedQueue::Frame::Kind::pong:
        return MG_WEBSOCKET_OPCODE_PONG;
    case FeedQueue::Frame::Kind::text:
        break;
    }
    return MG_WEBSOCKET_OPCODE_TEXT;
}

int on_connect(const mg_connection* connection, void* feed)
{
    return guarded(1, [&] {
        // civetweb hands out its own connection as const; only writing to it needs it otherwise.
        return self(feed).reserve(const_cast<mg_connection*>(connection)) ? 0 : 1;
    });
}

void on_ready(mg_connection* connection, void* feed)
{
    guarded(0, [&] { return self(feed).ready(connection), 0; });
}

int on_data(mg_connection* connection, int bits, char* data, std::size_t size, void* feed)
{
    const int opcode = bits & 0x0f;
    if (opcode == MG_WEBSOCKET_OPCODE_CONNECTION_CLOSE) return 0;
    return guarded(
        0, [&] { return self(feed).received(connection, opcode, std::string(data, size)), 1; });
}

} // namespace

LiveFeed::LiveFeed(std::function<void(Id)> on_open, std::function<void()> on_close, OnText on_text)
    : on_open_(std::move(on_open)),
      on_close_(std::move(on_close)),
      on_text_(std::move(on_text)),
      writer_([this] { write_forever(); })
{
}

LiveFeed::~LiveFeed()
{
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_one();
    writer_.join();
}

void LiveFeed::serve(mg_context* server,
                     std::function<std::string(const mg_connection*)> address_of)
{
    address_of_ = std::move(address_of);
    mg_set_websocket_handler(server, "/ws$", on_connect, on_ready, on_data, nullptr, this);
}

bool LiveFeed::reserve(mg_connection* connection)
{
    auto seat = seats_.take(address_of_(connection));
    if (!seat) return false;
    const std::lock_guard lock(mutex_);
    auto feed = std::make_shared<Feed>(Clock::now());
    feed->seat = std::move(seat);
    feed->id = next_id_++;
    feed->connection = connection;
    feeds_[connection] = std::move(feed);
    return true;
}

void LiveFeed::ready(const mg_connection* connection)
{
    const auto* info = mg_get_request_info(connection);
    PeerWatch peer(info->remote_addr, info->remote_port, info->server_port);
    const FeedSocket socket(peer.socket());
    Id id = 0;
    {
        const std::lock_guard lock(mutex_);
        const auto found = feeds_.find(connection);
        if (found == feeds_.end()) return;
        found->second->socket = socket;
        found->second->open = true;
        id = found->second->id;
    }
    wake_.notify_one(); // from now on there is something to look at
    on_open_(id);
}

void LiveFeed::received(const mg_connection* connection, int opcode, std::string payload)
{
    Id said_by = 0;
    {
        const std::lock_guard lock(mutex_);
        const auto found = feeds_.find(connection);
        if (found == feeds_.end()) return;
        auto& feed = *found->second;
        feed.socket.frame_came();
        if (opcode == MG_WEBSOCKET_OPCODE_PONG) feed.queue.ponged(payload, Clock::now());
        if (opcode == MG_WEBSOCKET_OPCODE_PING && payload.size() <= 125) {
            feed.queue.push_pong(std::move(payload));
        } else if (opcode == MG_WEBSOCKET_OPCODE_TEXT && on_text_ && !feed.closing) {
            if (payload.size() > FeedSocket::most_unfinished_bytes || !feed.said.take(Clock::now()))
                end(feed);
            else
                said_by = feed.id;
        }
    }
    wake_.notify_one();
    if (said_by == 0) return;
    payload.resize(std::min(payload.size(), most_text)); // enough to see that it is too much
    on_text_(said_by, std::move(payload));
}

void LiveFeed::ended(const mg_connection* connection)
{
    FeedPointer feed;
    {
        const std::lock_guard lock(mutex_);
        const auto found = feeds_.find(connection);
        if (found == feeds_.end()) return;
        feed = std::move(found->second);
        feeds_.erase(found);
    }
    {
        const std::lock_guard lock(feed->writing); // waits for a write that is under way
        feed->connection = nullptr;
    }
    on_close_();
}

void LiveFeed::welcome(Id id)
{
    const std::lock_guard lock(mutex_);
    for (auto& [connection, feed] : feeds_) {
        if (feed->id == id) feed->welcome = true;
    }
}

void LiveFeed::send(Id id, Text text)
{
    const std::lock_guard lock(mutex_);
    for (auto& [connection, feed] : feeds_) {
        if (feed->id == id) push(*feed, text);
    }
    wake_.notify_one();
}

void LiveFeed::broadcast(const Text& text)
{
    const std::lock_guard lock(mutex_);
    for (auto& [connection, feed] : feeds_) {
        if (feed->welcome) push(*feed, text);
    }
    wake_.notify_one();
}

void LiveFeed::push(Feed& feed, const Text& text)
{
    if (feed.closing) return;
    feed.queue.push(text);
    if (feed.queue.lags()) end(feed);
}

/// Only asks: civetweb's thread of that connection ends it, and then calls ended(). Asked before
/// that thread has begun to read, civetweb would close the socket under it: so not yet then;
/// the writer asks again. Should it be in the middle of a frame, it does not hear: after
/// `patience` the socket ends under it.
void LiveFeed::end(Feed& feed, std::chrono::milliseconds patience)
{
    const auto now = Clock::now();
    if (!feed.closing) feed.closing = now;
    const std::unique_lock lock(feed.writing, std::try_to_lock);
    if (!lock || feed.connection == nullptr) return;
    if (now - feed.since >= begins_within) mg_close_connection(feed.connection);
    if (now - *feed.closing >= patience) feed.socket.shut_down();
}

bool LiveFeed::is_stuffed(Feed& feed)
{
    const std::unique_lock lock(feed.writing, std::try_to_lock);
    return lock && feed.connection != nullptr && feed.socket.is_stuffed();
}

void LiveFeed::write_forever()
{
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        if (write_once(lock)) continue;
        if (feeds_.empty()) {
            wake_.wait(lock);
        } else {
            wake_.wait_for(lock, look_every);
        }
    }
}

/// One frame for each client that may have one. False: there was nothing to do.
bool LiveFeed::write_once(std::unique_lock<std::mutex>& lock)
{
    bool wrote = false;
    std::vector<FeedPointer> feeds;
    for (const auto& [connection, feed] : feeds_) {
        if (feed->open) feeds.push_back(feed);
    }
    for (const auto& feed : feeds) {
        const auto now = Clock::now();
        if (is_stuffed(*feed)) {
            end(*feed, std::chrono::milliseconds{0});
            continue;
        }
        if (feed->closing || feed->queue.is_dead(now)) {
            end(*feed); // again, should a write have been under way the first time
            continue;
        }
        if (const auto frame = feed->queue.next(now)) {
            write_one(feed, *frame, lock);
            wrote = true;
        }
    }
    return wrote;
}

void LiveFeed::write_one(const FeedPointer& feed, const FeedQueue::Frame& frame,
                         std::unique_lock<std::mutex>& lock)
{
    lock.unlock();
    bool complete = true;
    {
        const std::lock_guard writing(feed->writing);
        if (feed->connection != nullptr) {
            const auto size = frame.text->size();
            const int written = mg_websocket_write(feed->connection, opcode_of(frame.kind),
                                                   frame.text->data(), size);
            // A positive but short count is how civetweb says that the client does not read.
            complete = written > 0 && static_cast<std::size_t>(written) >= size;
        }
    }
    lock.lock();
    if (!complete) end(*feed);
}

} // namespace portald
