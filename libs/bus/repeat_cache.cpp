#include "bus/repeat_cache.hpp"

namespace bus {

RepeatCache::Seen RepeatCache::begin(const std::string& id, TimePoint now)
{
    forget(now);
    if (const auto found = entries_.find(id); found != entries_.end())
        return found->second.is_answered ? Seen::answered : Seen::running;

    entries_.emplace(id, Entry{now, false, {}});
    order_.push_back(id);
    if (order_.size() > capacity) forget_oldest();
    return Seen::no;
}

void RepeatCache::answered(const std::string& id, contract::Reply reply)
{
    const auto found = entries_.find(id);
    if (found == entries_.end()) return; // forgotten meanwhile
    found->second.is_answered = true;
    found->second.reply = std::move(reply);
}

const contract::Reply& RepeatCache::reply(const std::string& id) const
{
    return entries_.at(id).reply;
}

void RepeatCache::forget(TimePoint now)
{
    while (!order_.empty() && now - entries_.at(order_.front()).since >= lifetime) forget_oldest();
}

void RepeatCache::forget_oldest()
{
    entries_.erase(order_.front());
    order_.pop_front();
}

} // namespace bus
