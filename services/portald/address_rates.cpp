#include "portald/address_rates.hpp"

namespace portald {

bool AddressRates::take(const std::string& address, TokenBucket::TimePoint now)
{
    const std::lock_guard lock(mutex_);
    auto* bucket = bucket_of(address, now);
    return bucket && bucket->take(now);
}

bool AddressRates::has(const std::string& address, TokenBucket::TimePoint now)
{
    const std::lock_guard lock(mutex_);
    auto* bucket = bucket_of(address, now);
    return bucket && bucket->has_one(now);
}

TokenBucket* AddressRates::bucket_of(const std::string& address, TokenBucket::TimePoint now)
{
    auto found = buckets_.find(address);
    if (found != buckets_.end()) return &found->second;
    if (buckets_.size() >= most_addresses) {
        // Who has been quiet has a full one, and is the same as one who is new.
        for (auto bucket = buckets_.begin(); bucket != buckets_.end();)
            bucket = bucket->second.is_full(now) ? buckets_.erase(bucket) : std::next(bucket);
    }
    if (buckets_.size() >= most_addresses) return nullptr;
    return &buckets_.emplace(address, TokenBucket(a_second_, at_once_, now)).first->second;
}

} // namespace portald
