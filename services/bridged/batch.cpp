#include "bridged/batch.hpp"

namespace bridged {

bool Batch::quiet(Direction direction, contract::Monotonic now) const
{
    const auto heard = heard_[static_cast<std::size_t>(direction)];
    return !heard || now - *heard >= window;
}

void Batch::heard(Direction direction, contract::Monotonic now)
{
    heard_[static_cast<std::size_t>(direction)] = now;
}

std::optional<std::uint32_t> Batch::joins(Direction direction, std::size_t bytes,
                                          contract::Time time, contract::Monotonic now) const
{
    if (!open_ || full() || direction != direction_ || bytes_ + bytes > max_bytes ||
        now >= deadline())
        return std::nullopt;
    const auto after = time - time_;
    if (after < after.zero() || after > std::chrono::seconds{1}) return std::nullopt;
    return static_cast<std::uint32_t>(after.count());
}

void Batch::begin(Direction direction, std::size_t bytes, contract::Time time,
                  contract::Monotonic now)
{
    open_ = true;
    direction_ = direction;
    bytes_ = bytes;
    reads_ = 1;
    time_ = time;
    began_ = now;
}

void Batch::extend(std::size_t bytes)
{
    bytes_ += bytes;
    ++reads_;
}

} // namespace bridged
