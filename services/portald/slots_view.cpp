#include "portald/slots_view.hpp"

#include <algorithm>
#include <optional>

#include "contract/nullable.hpp"

namespace portald {

namespace {

using contract::Json;
using contract::or_null;
using contract::time_or_null;

Json text_or_null(const std::string& text)
{
    return text.empty() ? Json(nullptr) : Json(text);
}

/// What loggerd counts; null while it has told nothing of the slot.
Json log_view(const Known& known, const std::string& slot)
{
    if (!known.log_counters.is_object()) return nullptr;
    const auto found = known.log_counters.find(slot);
    if (found == known.log_counters.end() || !found->is_object()) return nullptr;
    Json view = Json::object();
    for (const auto* key :
         {"boots_today", "boots", "crashes", "last_reason", "last_crash", "lost_bytes"})
        view[key] = found->value(key, Json(nullptr));
    const auto fault = known.log_faults.find(slot);
    view["fault"] = fault == known.log_faults.end() ? Json(nullptr) : Json(fault->second);
    return view;
}

/// hotplugd told of a board that bridged has not heard of yet: it is no empty slot.
bool is_coming(const Known& known, const contract::Slot& slot)
{
    const auto* device = known.device_with_key(slot.slot_key);
    return slot.state == contract::SlotState::empty && device && device->seq > slot.seq;
}

Json slot_entry(const Known& known, const contract::Slot& slot, const std::string& host_ip)
{
    const bool bridge_is_up = known.is_up("bridged");
    const bool coming = is_coming(known, slot);
    const auto state = coming ? contract::SlotState::opening : slot.state;
    const bool running = slot.running() && bridge_is_up;
    const auto url = "rfc2217://" + host_ip + ":" + std::to_string(slot.tcp_port);
    return Json{
        {"label", slot.label},
        {"slot_key", slot.slot_key},
        {"tcp_port", slot.tcp_port},
        {"present", coming || slot.present()},
        {"running", running},
        {"pid", running ? Json(slot.pid) : Json(nullptr)},
        {"devnode", or_null(slot.devnode)},
        {"seq", slot.seq},
        {"last_action", or_null(slot.last_action)},
        {"last_event_ts", time_or_null(slot.last_event)},
        {"url", running ? Json(url) : Json(nullptr)},
        {"last_error", or_null(slot.last_error)},
        {"slot", slot.slot},
        {"state", bridge_is_up ? contract::to_string(state) : "unknown"},
        {"reason", bridge_is_up ? text_or_null(slot.reason) : Json("bridged does not answer")},
        {"next_try", bridge_is_up ? time_or_null(slot.next_try) : Json(nullptr)},
        {"device", or_null(slot.device)},
        {"profile", slot.profile},
        {"settings", slot.settings},
        {"lines", slot.lines},
        {"client", bridge_is_up ? or_null(slot.client) : Json(nullptr)},
        {"observers", bridge_is_up ? slot.observers : 0},
        {"claim", bridge_is_up ? or_null(slot.claim) : Json(nullptr)},
        {"log", log_view(known, slot.slot)},
    };
}

Json unknown_entry(const contract::Device& device)
{
    return Json{
        {"label", nullptr},
        {"slot_key", device.slot_key},
        {"tcp_port", nullptr},
        {"present", true},
        {"running", false},
        {"pid", nullptr},
        {"devnode", text_or_null(device.devnode)},
        {"seq", device.seq},
        {"last_action", "add"},
        {"last_event_ts", contract::format_time(device.time)},
        {"url", nullptr},
        {"last_error", nullptr},
        {"slot", nullptr},
        {"state", "unassigned"},
        {"reason", nullptr},
        {"next_try", nullptr},
        {"device", device},
        {"profile", nullptr},
        {"settings", nullptr},
        {"lines", nullptr},
        {"client", nullptr},
        {"observers", 0},
        {"claim", nullptr},
        {"log", nullptr},
    };
}

} // namespace

Json entries(const Known& known, const std::string& host_ip)
{
    Json list = Json::array();
    for (const auto& slot : known.slots) list.push_back(slot_entry(known, slot, host_ip));
    for (const auto& device : known.devices) {
        if (!known.slot_with_key(device.slot_key)) list.push_back(unknown_entry(device));
    }
    return list;
}

Json daemons_view(const Known& known)
{
    Json view = Json::object();
    for (const auto& daemon : daemons) {
        view[std::string(daemon.name)] = known.is_up(daemon.name) ? "up" : "down";
    }
    return view;
}

Json devices_answer(const Known& known, const Facts& facts, const std::string& host_ip)
{
    return Json{{"slots", entries(known, host_ip)},
                {"host_ip", host_ip},
                {"hostname", facts.hostname},
                {"daemons", daemons_view(known)}};
}

Json info_answer(const Known& known, const Facts& facts, const std::string& host_ip)
{
    const bool bridge_is_up = known.is_up("bridged");
    const auto running =
        std::count_if(known.slots.begin(), known.slots.end(),
                      [&](const contract::Slot& slot) { return bridge_is_up && slot.running(); });
    return Json{{"host_ip", host_ip},       {"slots_configured", known.slots.size()},
                {"slots_running", running}, {"hostname", facts.hostname},
                {"version", facts.version}, {"daemons", daemons_view(known)}};
}

} // namespace portald
