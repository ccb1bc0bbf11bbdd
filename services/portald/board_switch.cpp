#include "portald/board_switch.hpp"

#include "contract/names.hpp"
#include "contract/verbs.hpp"
#include "portald/api_body.hpp"

namespace portald {

namespace {

using contract::Error;
using contract::ErrorCode;
using contract::Json;
using std::chrono::seconds;

/// How long a board may take to appear after it was announced, and to open: a cdc_acm that
/// just enumerated can block for seconds in open().
constexpr seconds appear_within{2};
constexpr seconds open_within{4};

Response switched(const contract::Slot& slot, bool ok, const std::string& error = {})
{
    Json body{{"ok", ok}, {"slot_key", slot.slot_key}, {"running", slot.running()}};
    if (!ok) body["error"] = error;
    return json_response(body);
}

Response as_it_is(const std::string& slot_key, const Known& known)
{
    const auto* slot = known.slot_with_key(slot_key);
    if (!slot) return refusal(404, "unknown slot_key");
    return switched(*slot, slot->running(), slot->running() ? "" : why_not_running(*slot));
}

/// Whether an opening has come to its end. The reply to slot.start may overtake the events, so what
/// is known may still be from before: only an end after a beginning counts.
class Settled {
public:
    explicit Settled(std::string slot_key) : slot_key_(std::move(slot_key)) {}

    bool operator()(const Known& known)
    {
        const auto* slot = known.slot_with_key(slot_key_);
        if (!slot || slot->running()) return true;
        if (slot->state == contract::SlotState::opening) was_opening_ = true;
        return was_opening_ && slot->state != contract::SlotState::opening;
    }

private:
    std::string slot_key_;
    bool was_opening_ = false;
};

Step once_it_is(const contract::Slot& slot, Response answer)
{
    const auto is_so = [id = slot.slot, running = slot.running()](const Known& known) {
        const auto* now = known.slot_named(id);
        return !now || now->running() == running;
    };
    return once_known(is_so, std::move(answer));
}

/// What a failed start looked like in the old portal: 200 and the reason. A daemon that is silent
/// is not that.
Response start_failed(const contract::Slot& slot, const Error& error)
{
    if (error.code == ErrorCode::timeout) return from_error(error);
    return switched(slot, false, error.message);
}

Step start_slot(const contract::Slot& slot)
{
    return BusCall{"bridged", std::string(contract::verbs::slot_start),
                   Json(contract::SlotRef{slot.slot}),
                   [slot](const contract::Result& result, const Known&) -> Step {
                       if (const auto* error = std::get_if<Error>(&result)) {
                           return start_failed(slot, *error);
                       }
                       const auto now = std::get<Json>(result).get<contract::Slot>();
                       using contract::SlotState;
                       if (now.running()) return once_it_is(now, switched(now, true));
                       if (now.state != SlotState::opening) {
                           return switched(now, false, why_not_running(now));
                       }
                       return WaitFor{Settled(slot.slot_key), open_within,
                                      [key = slot.slot_key](const Known& known) -> Step {
                                          return as_it_is(key, known);
                                      }};
                   }};
}

/// The old portal's add by hand: announce the board, wait until the bridge has it, start.
Step announce_and_start(const contract::Slot& slot, const std::string& devnode)
{
    const contract::DeviceNotify notify{"add", slot.slot_key, devnode};
    return BusCall{"hotplugd", std::string(contract::verbs::device_notify), Json(notify),
                   [slot](const contract::Result& result, const Known&) -> Step {
                       if (const auto* error = std::get_if<Error>(&result)) {
                           return start_failed(slot, *error);
                       }
                       return WaitFor{[key = slot.slot_key](const Known& known) {
                                          const auto* now = known.slot_with_key(key);
                                          return !now || now->present();
                                      },
                                      appear_within,
                                      [slot](const Known&) -> Step { return start_slot(slot); }};
                   }};
}

Step start_at(const Request& request, const contract::Slot& slot, const std::string& devnode)
{
    if (devnode.empty()) return start_slot(slot);
    if (!slot.present()) {
        if (!from_loopback(request)) {
            return switched(slot, false, "only this machine itself may announce a device");
        }
        return announce_and_start(slot, devnode);
    }
    if (slot.device->devnode != devnode) {
        return switched(slot, false,
                        slot.label + " is at " + slot.device->devnode + ", not " + devnode);
    }
    return start_slot(slot);
}

/// A device that hotplugd knows and no slot is for.
Step without_slot(const std::string& slot_key, const Known& known, bool starting)
{
    if (!known.device_with_key(slot_key)) return refusal(404, "unknown slot_key");
    Json body{{"ok", !starting}, {"slot_key", slot_key}, {"running", false}};
    if (starting) body["error"] = "no port is assigned to " + slot_key;
    return json_response(body);
}

} // namespace

Step hotplug(const Request& request, const Known&)
{
    if (!from_loopback(request)) {
        return refusal(403, "only this machine itself may announce a device");
    }
    return with_body(request, [](const contract::Fields& body) -> Step {
        const auto action = text_of(body, "action");
        if (action.empty()) return refusal(400, "missing action");
        auto slot_key = text_of(body, "id_path");
        if (slot_key.empty()) slot_key = text_of(body, "devpath");
        if (slot_key.empty()) return refusal(400, "missing id_path and devpath");

        const contract::DeviceNotify notify{action, slot_key, text_of(body, "devnode")};
        return BusCall{"hotplugd", std::string(contract::verbs::device_notify), Json(notify),
                       [](const contract::Result& result, const Known& known) -> Step {
                           if (const auto* error = std::get_if<Error>(&result)) {
                               return from_error(*error);
                           }
                           const auto answer =
                               std::get<Json>(result).get<contract::DeviceNotifyAnswer>();
                           // The old word: a port is configured for that connector.
                           const bool accepted = known.slot_with_key(answer.slot_key) != nullptr;
                           return json_response({{"ok", true},
                                                 {"slot_key", answer.slot_key},
                                                 {"seq", answer.seq},
                                                 {"accepted", accepted}});
                       }};
    });
}

Step start(const Request& request, const Known& known)
{
    return with_body(request, [&](const contract::Fields& body) -> Step {
        const auto name = text_of(body, "slot");
        const auto slot_key = text_of(body, "slot_key");
        const auto devnode = text_of(body, "devnode");
        if (name.empty() && (slot_key.empty() || devnode.empty())) {
            return refusal(400, "missing slot_key or devnode");
        }
        if (auto down = without_bridge(known)) return *down;
        const auto* slot = name.empty() ? known.slot_with_key(slot_key) : known.slot_named(name);
        if (slot) return start_at(request, *slot, devnode);
        return without_slot(name.empty() ? slot_key : name, known, true);
    });
}

Step stop(const Request& request, const Known& known)
{
    return with_body(request, [&](const contract::Fields& body) -> Step {
        const auto name = text_of(body, "slot");
        const auto slot_key = text_of(body, "slot_key");
        if (name.empty() && slot_key.empty()) return refusal(400, "missing slot_key");
        if (auto down = without_bridge(known)) return *down;
        const auto* slot = name.empty() ? known.slot_with_key(slot_key) : known.slot_named(name);
        if (!slot) return without_slot(name.empty() ? slot_key : name, known, false);
        return BusCall{
            "bridged", std::string(contract::verbs::slot_stop), Json(contract::SlotRef{slot->slot}),
            [key = slot->slot_key](const contract::Result& result, const Known&) -> Step {
                if (const auto* error = std::get_if<Error>(&result)) {
                    return from_error(*error);
                }
                return once_it_is(
                    std::get<Json>(result).get<contract::Slot>(),
                    json_response({{"ok", true}, {"slot_key", key}, {"running", false}}));
            }};
    });
}

} // namespace portald
