#include "ctl/backend.hpp"

#include "commandkit/command_line.hpp"
#include "contract/names.hpp"
#include "ctl/table.hpp"

namespace ctl {

Json slot_named(Backend& backend, const std::string& name)
{
    for (const auto& slot : backend.slots())
        if (text_of(slot, "slot") == contract::slot_id(name)) return slot;
    throw commandkit::WrongUsage("there is no slot " + name);
}

} // namespace ctl
