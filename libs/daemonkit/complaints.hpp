#pragma once

#include <chrono>
#include <map>
#include <string>

namespace daemonkit {

/// Who was refused is told of once a minute, however often he knocks: whoever can connect could
/// fill the journal otherwise. No I/O.
class Complaints {
public:
    using TimePoint = std::chrono::steady_clock::time_point;
    static constexpr std::chrono::minutes between{1}; ///< of an address
    static constexpr std::size_t most_addresses =
        256; ///< remembered; who comes then is not told of

    /// Whether it is to be told now.
    bool is_due(const std::string& address, TimePoint now);

private:
    std::map<std::string, TimePoint> told_;
};

} // namespace daemonkit
