#include "portald/live_feed.hpp"

/// What others want to know of the feeds.
namespace portald {

std::size_t LiveFeed::count() const
{
    const std::lock_guard lock(mutex_);
    return feeds_.size();
}

std::optional<std::size_t> LiveFeed::owed(Id id) const
{
    const std::lock_guard lock(mutex_);
    for (const auto& [connection, feed] : feeds_) {
        if (feed->id == id && !feed->closing) return feed->queue.owed_bytes();
    }
    return std::nullopt;
}

std::size_t LiveFeed::owed() const
{
    const std::lock_guard lock(mutex_);
    std::size_t bytes = 0;
    for (const auto& [connection, feed] : feeds_) bytes += feed->queue.owed_bytes();
    return bytes;
}

} // namespace portald
