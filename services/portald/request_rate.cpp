#include "portald/request_rate.hpp"

namespace portald {

std::optional<Response> RequestRate::refusal(const Request& request, TokenBucket::TimePoint now)
{
    if (request.method == "GET" || request.method == "HEAD" || request.path == "/api/hotplug")
        return std::nullopt;
    if (rates_.take(request.peer, now)) return std::nullopt;
    auto response = portald::refusal(429, "too many requests that change something; try again");
    response.headers.emplace_back("Retry-After", "1");
    return response;
}

} // namespace portald
