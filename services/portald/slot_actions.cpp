#include "portald/slot_actions.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <string>

#include "contract/names.hpp"
#include "contract/serial_verbs.hpp"
#include "contract/verbs.hpp"
#include "portald/api_body.hpp"
#include "portald/base64.hpp"
#include "portald/slot_edits.hpp"

namespace portald {

namespace {

using contract::Error, contract::ErrorCode, contract::Fields, contract::Json;
using std::chrono::seconds;

constexpr std::size_t most_written = 64 * 1024;
/// A cdc_acm that just enumerated can block for seconds in open().
constexpr seconds open_within{4};

/// Stands for the address that the request comes from: who claims a slot to connect to it need not
/// know how it is seen from here.
constexpr auto own_address = "self";

/// Where the arguments of a verb come from; @throws contract::BadMessage for what is wrong.
using Arguments = void (*)(const Fields& body, BusCall& call);

void owner_and_force(const Fields& body, BusCall& call)
{
    if (body.has("owner")) call.args["owner"] = body.string("owner");
    if (body.has("force")) call.args["force"] = body.boolean("force");
}

void nothing(const Fields&, BusCall&) {}

void of_claim(const Fields& body, BusCall& call)
{
    call.args["ttl_s"] = body.number<std::uint32_t>("ttl_s", 1, 86400);
    call.args["owner"] = body.string("owner");
    if (body.has("address")) call.args["address"] = body.string("address");
    owner_and_force(body, call);
}

void of_release(const Fields& body, BusCall& call)
{
    call.args["owner"] = body.string("owner");
    owner_and_force(body, call);
}

void of_lines(const Fields& body, BusCall& call)
{
    for (const auto* line : {"dtr", "rts"}) {
        if (body.has(line)) call.args[line] = body.boolean(line);
    }
    if (!call.args.contains("dtr") && !call.args.contains("rts")) {
        body.fail("dtr", "or rts has to be there");
    }
    owner_and_force(body, call);
}

void of_break(const Fields& body, BusCall& call)
{
    const auto number = [](auto length) { return static_cast<std::int32_t>(length.count()); };
    call.args["ms"] = body.number_or<std::int32_t>("ms", number(contract::usual_break),
                                                   number(contract::shortest_break),
                                                   number(contract::longest_break));
    owner_and_force(body, call);
}

void of_write(const Fields& body, BusCall& call)
{
    if (body.has("data") == body.has("text"))
        body.fail("data", "or text has to be there, not both");
    if (body.has("text")) {
        call.bytes = body.string("text");
    } else if (auto bytes = from_base64(body.string("data"))) {
        call.bytes = std::move(*bytes);
    } else {
        body.fail("data", "is no base64");
    }
    if (call.bytes.empty() || call.bytes.size() > most_written) {
        body.fail(body.has("text") ? "text" : "data", "has to have 1 to 65536 bytes");
    }
    owner_and_force(body, call);
}

struct Action {
    std::string_view name;
    std::string_view verb;
    Arguments arguments;
};
constexpr std::array<Action, 10> actions{{
    {"start", contract::verbs::slot_start, nothing},
    {"stop", contract::verbs::slot_stop, owner_and_force},
    {"claim", contract::verbs::slot_claim, of_claim},
    {"release", contract::verbs::slot_release, of_release},
    {"kick", contract::verbs::slot_kick, nothing},
    {"reset", contract::verbs::serial_reset, owner_and_force},
    {"bootloader", contract::verbs::serial_bootloader, owner_and_force},
    {"lines", contract::verbs::serial_lines, of_lines},
    {"break", contract::verbs::serial_break, of_break},
    {"write", contract::verbs::serial_write, of_write},
}};

struct Target {
    std::string slot; ///< id or label; may have slashes of its own
    const Action* action = nullptr;
};

Target target_of(std::string_view path)
{
    if (!names_a_slot(path)) return {};
    const auto rest = path.substr(slots_path.size() + 1);
    const auto slash = rest.rfind('/');
    if (slash == std::string_view::npos || slash == 0) return {};
    const auto found = std::ranges::find(actions, rest.substr(slash + 1), &Action::name);
    if (found == actions.end()) return {};
    return {std::string(rest.substr(0, slash)), &*found};
}

Response refused(int status, const std::string& text, const std::optional<std::string>& holder)
{
    Json body{{"ok", false}, {"error", text}};
    if (holder) body["holder"] = *holder;
    return json_response(body, status);
}

/// As the others say it, but that it cannot be done now is no fault of ours.
Response from_refusal(const Error& error)
{
    const bool is_conflict = error.code == ErrorCode::busy || error.code == ErrorCode::io;
    if (!is_conflict) return from_error(error);
    std::optional<std::string> holder;
    if (error.detail.is_object()) holder = Fields(error.detail, "detail").string_or_null("holder");
    return refused(409, error.message, holder);
}

Response done(const Json& result)
{
    Json answer{{"ok", true}};
    answer.update(result);
    return json_response(answer);
}

Response started(const contract::Slot& slot)
{
    if (slot.running()) return done(Json(slot));
    return refused(409, why_not_running(slot), {});
}

/// The reply may overtake the events: only an end after a beginning counts.
Step wait_until_open(const contract::Slot& slot)
{
    const auto settled = [id = slot.slot, began = false](const Known& known) mutable {
        const auto* now = known.slot_named(id);
        const bool opening = now && now->state == contract::SlotState::opening;
        began = began || opening;
        return !now || now->running() || (began && !opening);
    };
    return WaitFor{settled, open_within, [slot](const Known& known) -> Step {
                       const auto* now = known.slot_named(slot.slot);
                       return started(now ? *now : slot);
                   }};
}

Step after(const Action& action, const contract::Result& result)
{
    if (const auto* error = std::get_if<Error>(&result)) return from_refusal(*error);
    const auto& ok = std::get<Json>(result);
    if (!action.verb.starts_with("slot.")) return done(ok);
    const auto slot = ok.get<contract::Slot>();
    const bool is_start = action.verb == contract::verbs::slot_start;
    if (is_start && slot.state == contract::SlotState::opening) return wait_until_open(slot);
    if (is_start && !slot.running()) return started(slot);
    const auto is_so = [slot](const Known& known) {
        const auto* now = known.slot_named(slot.slot);
        return !now || (now->running() == slot.running() && now->claim == slot.claim);
    };
    return once_known(is_so, done(ok));
}

/// bridged stops a slot for anybody; a person shall be told who is on it first.
std::optional<Response> somebody_has(const contract::Slot& slot, const BusCall& call)
{
    if (call.verb != contract::verbs::slot_stop || call.args.value("force", false)) {
        return std::nullopt;
    }
    if (slot.claim && slot.claim->owner != call.args.value("owner", "")) {
        return refused(409, slot.label + " is claimed by " + slot.claim->owner, slot.claim->owner);
    }
    if (!slot.claim && slot.client) {
        return refused(409, slot.label + " is in use by " + slot.client->address,
                       slot.client->address);
    }
    return std::nullopt;
}

} // namespace

bool is_slot_action(std::string_view path)
{
    return target_of(path).action != nullptr;
}

Step act_on_slot(const Request& request, const Known& known)
{
    const auto target = target_of(request.path);
    auto with_body_at_all = request;
    if (with_body_at_all.body.empty()) with_body_at_all.body = "{}";
    return with_body(with_body_at_all, [&](const Fields& body) -> Step {
        if (auto down = without_bridge(known)) return *down;
        const auto* slot = known.slot_named(target.slot);
        if (!slot) return refusal(404, "slot '" + target.slot + "' not found");
        BusCall call{
            "bridged", std::string(target.action->verb), Json(contract::SlotRef{slot->slot}), {}};
        target.action->arguments(body, call);
        body.no_others();
        if (call.args.value("address", "") == own_address) call.args["address"] = request.peer;
        if (auto held = somebody_has(*slot, call)) return *held;
        call.then = [action = target.action](const contract::Result& result, const Known&) {
            return after(*action, result);
        };
        return call;
    });
}

} // namespace portald
