#include "portald/feed_queue.hpp"

#include <algorithm>
#include <charconv>

namespace portald {

void FeedQueue::push(Text text)
{
    owed_bytes_ += text->size();
    owed_.push_back(std::move(text));
}

void FeedQueue::push_pong(std::string payload)
{
    pong_ = std::move(payload); // RFC 6455 §5.5.3: only the latest has to be answered
}

std::optional<FeedQueue::Frame> FeedQueue::next(TimePoint now)
{
    if (sent_ - confirmed_ < window_bytes) {
        if (pong_) {
            auto text = std::make_shared<const std::string>(std::move(*pong_));
            pong_.reset();
            sent_ += text->size();
            return Frame{Frame::Kind::pong, std::move(text)};
        }
        if (sent_ - pinged_ < window_bytes / 4 && !owed_.empty()) {
            auto text = std::move(owed_.front());
            owed_.pop_front();
            owed_bytes_ -= text->size();
            sent_ += text->size();
            return Frame{Frame::Kind::text, std::move(text)};
        }
    }
    // One ping per quarter of the window lets the client confirm while more is on its way.
    if (sent_ - pinged_ >= window_bytes / 4) return ping(now);
    if (now - last_ping_ >= ping_every) return ping(now);
    return std::nullopt;
}

FeedQueue::Frame FeedQueue::ping(TimePoint now)
{
    pinged_ = sent_;
    last_ping_ = now;
    return {Frame::Kind::ping, std::make_shared<const std::string>(std::to_string(sent_))};
}

void FeedQueue::ponged(std::string_view payload, TimePoint now)
{
    last_heard_ = now;
    std::uint64_t bytes = 0;
    const auto [end, fault] =
        std::from_chars(payload.data(), payload.data() + payload.size(), bytes);
    if (fault != std::errc{} || end != payload.data() + payload.size()) return;
    confirmed_ = std::max(confirmed_, std::min(bytes, pinged_));
}

} // namespace portald
