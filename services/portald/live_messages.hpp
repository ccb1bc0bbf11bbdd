#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "portald/slots_view.hpp"

namespace portald {

/// What is said over /ws (docs/web-api.md): at first everything, as the same small messages
/// that later tell a change, between "begin" and "end". No I/O.
class LiveMessages {
public:
    explicit LiveMessages(Facts facts) : facts_(std::move(facts)) {}

    /// For one who has just come.
    std::vector<std::string> all(const Known& known, const std::string& host_ip) const;

    /// What is different from when this was last asked.
    std::vector<std::string> changes(const Known& known, const std::string& host_ip);

private:
    using Told = std::vector<std::pair<std::string, std::string>>; // what it is about → message
    Told state(const Known& known, const std::string& host_ip) const;

    Facts facts_;
    std::map<std::string, std::string> told_;
};

/// The last line of a slot's log, cut to what fits a card.
std::string line_message(const std::string& slot, const contract::LogLine& line,
                         contract::Time time);

/// The bytes that each slot has carried so far, from bridged's heartbeat; empty when it says none.
std::string counters_message(const contract::Json& counters);

} // namespace portald
