#include "daemonkit/access_settings.hpp"

namespace daemonkit {

AccessList configured_access(const Settings& settings)
{
    const auto access = settings.section("access");
    std::vector<std::string> networks;
    if (access.has("allow")) {
        for (const auto& entry : access.array("allow")) {
            if (!entry.is_string()) access.fail("allow", "has an entry that is no string");
            networks.push_back(entry.get<std::string>());
        }
    }
    access.no_others();
    if (!access.has("allow")) return AccessList::lan();
    return AccessList::parse(networks, access.where() + ": allow");
}

} // namespace daemonkit
