#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <vector>

#include "contract/envelope.hpp"
#include "contract/verbs.hpp"

namespace portald {

/// The last events of one slot, in order and without a gap, for all who follow its console: read
/// from bridged once, however many they are. Bounded: who lags further reads for itself. No I/O.
class ConsoleWindow {
public:
    static constexpr std::size_t most_bytes = 256 * 1024;

    void add(const contract::ReplayAnswer& answer, std::vector<contract::Event> events);

    const contract::Stamp& end() const { return end_; } ///< an empty epoch: nothing is known yet
    /// What comes after a place is here, or there is nothing yet.
    bool has_what_follows(const contract::Stamp& place) const;
    /// Of a place that it has.
    std::deque<contract::Event>::const_iterator after(const contract::Stamp& place) const;
    const std::deque<contract::Event>& events() const { return events_; }

private:
    static std::size_t size_of(const contract::Event& event);
    void trim();

    std::deque<contract::Event> events_;
    std::size_t bytes_ = 0;
    std::uint64_t begin_ = 0; // seq before the first
    contract::Stamp end_{};
};

} // namespace portald
