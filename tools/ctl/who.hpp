#pragma once

#include <string>

#include <CLI/CLI.hpp>

#include "contract/json.hpp"

namespace ctl {

/// In whose name something is done to a slot that may be somebody's.
struct Who {
    std::string slot;
    std::string owner;
    bool force = false;

    /// `owner` and `force`, as far as they were said.
    contract::Json args() const
    {
        auto said = contract::Json::object();
        if (!owner.empty()) said["owner"] = owner;
        if (force) said["force"] = true;
        return said;
    }
};

inline void add_slot(CLI::App& command, Who& who)
{
    command.add_option("SLOT", who.slot, "Label or id of the slot")->required();
}

inline void add_claim(CLI::App& command, Who& who)
{
    command.add_option("--owner", who.owner, "The name under which the slot was claimed");
    command.add_flag("--force", who.force, "Also when somebody else has the slot");
}

} // namespace ctl
