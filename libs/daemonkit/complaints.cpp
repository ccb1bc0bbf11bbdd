#include "daemonkit/complaints.hpp"

namespace daemonkit {

bool Complaints::is_due(const std::string& address, TimePoint now)
{
    std::erase_if(told_, [&](const auto& one) { return now - one.second >= between; });
    return told_.size() < most_addresses && told_.emplace(address, now).second;
}

} // namespace daemonkit
