#include "portald/feed_seats.hpp"

namespace portald {

std::shared_ptr<void> FeedSeats::take(const std::string& address)
{
    const std::lock_guard lock(mutex_);
    if (!has_one(address)) return nullptr;
    ++taken_[address];
    ++all_;
    return {this, [address](FeedSeats* seats) { seats->give_back(address); }};
}

bool FeedSeats::has_one_for(const std::string& address) const
{
    const std::lock_guard lock(mutex_);
    return has_one(address);
}

bool FeedSeats::has_one(const std::string& address) const
{
    const auto found = taken_.find(address);
    return all_ < most && (found == taken_.end() || found->second < most_of_one);
}

void FeedSeats::give_back(const std::string& address)
{
    const std::lock_guard lock(mutex_);
    --all_;
    if (--taken_[address] == 0) taken_.erase(address);
}

} // namespace portald
