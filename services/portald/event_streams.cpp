#include "portald/event_streams.hpp"

#include "contract/json.hpp"

namespace portald {

EventStreams::EventStreams(FeedSeats& seats, std::function<void(Id)> on_open,
                           std::function<void()> on_close, std::chrono::milliseconds beat_every)
    : seats_(seats),
      on_open_(std::move(on_open)),
      on_close_(std::move(on_close)),
      beat_every_(beat_every)
{
}

Response EventStreams::open(const Request& request)
{
    auto seat = seats_.take(request.peer);
    if (!seat) return refusal(503, "too many are watching; close one");
    Response response{200, "text/event-stream", {}, {{"Cache-Control", "no-store"}}};
    response.rest = Response::Rest{};
    if (request.method == "HEAD") return response;
    const auto stream = add(std::move(seat));
    if (!stream) return refusal(503, "the portal is being stopped");
    // The web thread lets go of `more` when the client has gone, and of this with it.
    const std::shared_ptr<void> leaving(this, [id = stream->id](EventStreams* streams) {
        streams->remove(id);
        streams->on_close_();
    });
    on_open_(stream->id);
    response.more = [this, stream, leaving] { return next(*stream); };
    return response;
}

std::shared_ptr<EventStreams::Stream> EventStreams::add(std::shared_ptr<void> seat)
{
    const std::lock_guard lock(mutex_);
    if (closed_) return nullptr;
    auto stream = std::make_shared<Stream>();
    stream->id = next_id_++;
    stream->seat = std::move(seat);
    streams_[stream->id] = stream;
    return stream;
}

void EventStreams::remove(Id id)
{
    const std::lock_guard lock(mutex_);
    streams_.erase(id);
}

void EventStreams::close()
{
    const std::lock_guard lock(mutex_);
    closed_ = true;
    news_.notify_all();
}

/// Nothing: it is over. All that waits goes in one piece.
std::optional<std::string> EventStreams::next(Stream& stream)
{
    std::unique_lock lock(mutex_);
    news_.wait_for(lock, beat_every_,
                   [&] { return closed_ || stream.dropped || !stream.waiting.empty(); });
    if (closed_ || stream.dropped) return std::nullopt;
    if (stream.waiting.empty()) return ": beat\n\n";
    const auto waiting = std::exchange(stream.waiting, {});
    stream.bytes = 0;
    lock.unlock();
    std::string text;
    for (const auto& message : waiting) text += server_sent(*message);
    return text;
}

void EventStreams::welcome(Id id)
{
    const std::lock_guard lock(mutex_);
    const auto found = streams_.find(id);
    if (found != streams_.end()) found->second->welcome = true;
}

void EventStreams::send(Id id, const Text& text)
{
    const std::lock_guard lock(mutex_);
    const auto found = streams_.find(id);
    if (found != streams_.end()) push(*found->second, text);
    news_.notify_all();
}

void EventStreams::broadcast(const Text& text)
{
    const std::lock_guard lock(mutex_);
    for (const auto& [id, stream] : streams_) {
        if (stream->welcome) push(*stream, text);
    }
    news_.notify_all();
}

std::size_t EventStreams::count() const
{
    const std::lock_guard lock(mutex_);
    return streams_.size();
}

void EventStreams::push(Stream& stream, const Text& text)
{
    stream.bytes += text->size();
    stream.waiting.push_back(text);
    if (stream.bytes <= most_waiting) return;
    stream.dropped = true;
    stream.waiting.clear();
}

std::string server_sent(const std::string& message)
{
    // Ours, and on one line: JSON escapes what would end it.
    const auto type = contract::Json::parse(message).at("type").get<std::string>();
    return "event: " + type + "\ndata: " + message + "\n\n";
}

} // namespace portald
