#pragma once

#include <map>
#include <string>

#include "contract/json.hpp"

namespace ctl {

/// Events as lines for a person. Knows what each slot was before, and tells what changed.
class EventText {
public:
    /// "" for a change that is none to a person.
    std::string line(const contract::Json& event);

private:
    std::string of_slot(const std::string& slot, const contract::Json& body);

    std::map<std::string, std::string> known_; // what was said last, by slot
};

} // namespace ctl
