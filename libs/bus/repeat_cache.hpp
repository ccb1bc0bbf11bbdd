#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "contract/envelope.hpp"

namespace bus {

/// Remembers the last 256 changing requests for 60 s by their id, so that a caller
/// that timed out may ask again and gets the first answer (design §4). No I/O; the
/// time is the caller's.
class RepeatCache {
public:
    using TimePoint = std::chrono::steady_clock::time_point;
    static constexpr std::size_t capacity = 256;
    static constexpr std::chrono::seconds lifetime{60};

    enum class Seen { no, running, answered };

    /// `no` also begins it: the request is now running.
    Seen begin(const std::string& id, TimePoint now);
    void answered(const std::string& id, contract::Reply reply);
    /// Only after begin() said answered.
    const contract::Reply& reply(const std::string& id) const;

private:
    struct Entry {
        TimePoint since;
        bool is_answered = false;
        contract::Reply reply;
    };
    void forget(TimePoint now);
    void forget_oldest();

    std::map<std::string, Entry> entries_;
    std::deque<std::string> order_;
};

} // namespace bus
