#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "contract/json.hpp"
#include "ctl/ser2net_import.hpp"

namespace YAML {
class Node;
}

namespace ctl {

/// What a `connection:` of a ser2net.yaml does not say itself.
struct ConnectionPlace {
    std::string name;          ///< its YAML anchor; may be empty
    std::size_t line;          ///< from 1
    std::string default_speed; ///< of `default: speed`, such as "9600n81"; may be empty
};

/// A connection as an entry of slots.json, and notes in `result` of what of it has no counterpart;
/// nothing for one that can be no slot, which is counted and noted as left out.
std::optional<contract::Json> slot_of_connection(const YAML::Node& connection,
                                                 const ConnectionPlace& place, Imported& result);

/// A scalar's text; empty for anything else and for what is not there.
std::string yaml_text(const YAML::Node& node);

} // namespace ctl
