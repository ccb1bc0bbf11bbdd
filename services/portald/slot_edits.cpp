#include "portald/slot_edits.hpp"

#include "contract/names.hpp"
#include "contract/verbs.hpp"
#include "portald/api_body.hpp"

namespace portald {

namespace {

using contract::Error;
using contract::Json;

/// @param is_done  whether Known is as it will be
Step ask_bridged(std::string_view verb, Json args,
                 std::function<bool(const Known&, const std::string& slot)> is_done)
{
    return BusCall{
        "bridged", std::string(verb), std::move(args),
        [is_done](const contract::Result& result, const Known&) -> Step {
            if (const auto* error = std::get_if<Error>(&result)) return from_error(*error);
            Json answer{{"ok", true}};
            answer.update(std::get<Json>(result));
            const auto slot = contract::Fields(answer, "bridged's answer").string("slot");
            return once_known([is_done, slot](const Known& now) { return is_done(now, slot); },
                              json_response(answer));
        }};
}

/// Who asks, for a slot that is held.
void add_claim(const contract::Fields& body, Json& args)
{
    if (body.has("owner")) args["owner"] = body.string("owner");
    if (body.has("force")) args["force"] = body.boolean("force");
}

} // namespace

bool names_a_slot(std::string_view path)
{
    return path.starts_with(slots_path) && path.size() > slots_path.size() + 1 &&
           path[slots_path.size()] == '/';
}

Step assign_slot(const Request& request, const Known& known)
{
    return with_body(request, [&](const contract::Fields& body) -> Step {
        // bridged ignores what it does not know, but a person's slip shall be told.
        for (const auto* key : {"slot_key", "devnode", "label", "tcp_port", "profile", "baud"})
            body.has(key);
        Json args = contract::parse_json(request.body, "body").get<contract::SlotAssign>();
        add_claim(body, args);
        body.no_others();
        if (auto down = without_bridge(known)) return *down;
        return ask_bridged(
            contract::verbs::slot_assign, std::move(args),
            [](const Known& now, const auto& slot) { return now.slot_named(slot) != nullptr; });
    });
}

Step unassign_slot(const Request& request, const Known& known)
{
    auto with_claim = request;
    if (with_claim.body.empty()) with_claim.body = "{}";
    return with_body(with_claim, [&](const contract::Fields& body) -> Step {
        if (auto down = without_bridge(known)) return *down;
        const auto name = request.path.substr(slots_path.size() + 1);
        const auto* slot = known.slot_named(name);
        if (!slot) return refusal(404, "slot '" + name + "' not found");
        Json args = contract::SlotRef{slot->slot};
        add_claim(body, args);
        body.no_others();
        return ask_bridged(
            contract::verbs::slot_unassign, std::move(args),
            [](const Known& now, const auto& gone) { return now.slot_named(gone) == nullptr; });
    });
}

} // namespace portald
