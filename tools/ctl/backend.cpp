#include "ctl/backend.hpp"

#include "commandkit/command_line.hpp"
#include "contract/names.hpp"
#include "ctl/table.hpp"

namespace ctl {

void add_place(Json& args, const LogWish& wish)
{
    if (!wish.cursor.empty()) args["cursor"] = wish.cursor;
    if (wish.from)
        args["from"] = *wish.from;
    else if (wish.cursor.empty())
        args["last"] = wish.last;
}

Json slot_named(Backend& backend, const std::string& name)
{
    for (const auto& slot : backend.slots())
        if (text_of(slot, "slot") == contract::slot_id(name)) return slot;
    throw commandkit::WrongUsage("there is no slot " + name);
}

} // namespace ctl
