#include "portald/request_rate.hpp"

namespace portald {

std::optional<Response> RequestRate::refusal(const Request& request, TokenBucket::TimePoint now)
{
    if (request.method == "GET" || request.method == "HEAD" || request.path == "/api/hotplug")
        return std::nullopt;
    if (take(request.peer, now)) return std::nullopt;
    auto response = portald::refusal(429, "too many requests that change something; try again");
    response.headers.emplace_back("Retry-After", "1");
    return response;
}

bool RequestRate::take(const std::string& address, TokenBucket::TimePoint now)
{
    const std::lock_guard lock(mutex_);
    auto found = buckets_.find(address);
    if (found == buckets_.end()) {
        if (buckets_.size() >= most_addresses) {
            // Who has been quiet has a full one, and is the same as one who is new.
            for (auto bucket = buckets_.begin(); bucket != buckets_.end();)
                bucket = bucket->second.is_full(now) ? buckets_.erase(bucket) : std::next(bucket);
        }
        if (buckets_.size() >= most_addresses) return false;
        found = buckets_.emplace(address, TokenBucket(a_second, at_once, now)).first;
    }
    return found->second.take(now);
}

} // namespace portald
