#include <algorithm>
#include <array>
#include <utility>

#include "contract/messages.hpp"

// The state of one slot, the largest message: Slot and what it is made of.
namespace contract {
namespace {

constexpr std::array<std::pair<SlotState, std::string_view>, 8> state_names{{
    {SlotState::empty, "empty"},
    {SlotState::opening, "opening"},
    {SlotState::idle, "idle"},
    {SlotState::in_use, "in_use"},
    {SlotState::away, "away"},
    {SlotState::stopped, "stopped"},
    {SlotState::flapping, "flapping"},
    {SlotState::error, "error"},
}};

SlotState state_in(const Fields& fields)
{
    const std::string text = fields.choice(
        "state", {"empty", "opening", "idle", "in_use", "away", "stopped", "flapping", "error"});
    return std::find_if(state_names.begin(), state_names.end(),
                        [&](const auto& name) { return name.second == text; })
        ->first;
}

template<typename T>
Json or_null(const std::optional<T>& value)
{
    return value ? Json(*value) : Json(nullptr);
}

Json or_null(const std::optional<Time>& value)
{
    return value ? Json(format_time(*value)) : Json(nullptr);
}

template<typename T>
std::optional<T> object_or_null(const Fields& fields, std::string_view key)
{
    return fields.has(key) ? std::optional(fields.any(key).get<T>()) : std::nullopt;
}

} // namespace

std::string_view to_string(SlotState state)
{
    const auto entry = std::find_if(state_names.begin(), state_names.end(),
                                    [state](const auto& name) { return name.first == state; });
    return entry == state_names.end() ? "error" : entry->second;
}

void to_json(Json& json, const Client& value)
{
    json =
        Json{{"address", value.address}, {"since", format_time(value.since)}, {"kind", value.kind}};
}

void from_json(const Json& json, Client& value)
{
    const Fields fields(json, "client");
    value.address = fields.string("address");
    value.since = fields.time("since");
    value.kind = fields.string("kind");
}

void to_json(Json& json, const Claim& value)
{
    json = Json{{"owner", value.owner},
                {"until", format_time(value.until)},
                {"address", or_null(value.address)}};
}

void from_json(const Json& json, Claim& value)
{
    const Fields fields(json, "claim");
    value.owner = fields.string("owner");
    value.until = fields.time("until");
    value.address = fields.string_or_null("address");
}

void to_json(Json& json, const LineSettings& value)
{
    json = Json{{"baud", value.baud},
                {"data_bits", value.data_bits},
                {"parity", value.parity},
                {"stop_bits", value.stop_bits},
                {"flow", value.flow}};
}

void from_json(const Json& json, LineSettings& value)
{
    const Fields fields(json, "settings");
    value.baud = fields.number<std::uint32_t>("baud");
    value.data_bits = fields.number<std::uint8_t>("data_bits", 5, 8);
    value.parity = fields.choice("parity", {"N", "O", "E", "M", "S"});
    value.stop_bits = fields.choice("stop_bits", {"1", "2", "1.5"});
    value.flow = fields.choice("flow", {"none", "xonxoff", "hardware"});
}

void to_json(Json& json, const ModemLines& value)
{
    json =
        Json{{"dtr", value.dtr},          {"rts", value.rts},        {"cts", or_null(value.cts)},
             {"dsr", or_null(value.dsr)}, {"ri", or_null(value.ri)}, {"dcd", or_null(value.dcd)}};
}

void from_json(const Json& json, ModemLines& value)
{
    const Fields fields(json, "lines");
    value.dtr = fields.boolean("dtr");
    value.rts = fields.boolean("rts");
    value.cts = fields.boolean_or_null("cts");
    value.dsr = fields.boolean_or_null("dsr");
    value.ri = fields.boolean_or_null("ri");
    value.dcd = fields.boolean_or_null("dcd");
}

void to_json(Json& json, const Slot& value)
{
    json = Json{{"slot", value.slot},
                {"label", value.label},
                {"slot_key", value.slot_key},
                {"tcp_port", value.tcp_port},
                {"state", to_string(value.state)},
                {"reason", value.reason},
                {"next_try", or_null(value.next_try)},
                {"present", value.present()},
                {"running", value.running()},
                {"device", or_null(value.device)},
                {"devnode", or_null(value.devnode)},
                {"profile", value.profile},
                {"settings", value.settings},
                {"lines", value.lines},
                {"client", or_null(value.client)},
                {"observers", value.observers},
                {"claim", or_null(value.claim)},
                {"pid", value.pid},
                {"seq", value.seq},
                {"last_action", or_null(value.last_action)},
                {"last_event_ts", or_null(value.last_event)},
                {"last_error", or_null(value.last_error)}};
}

void from_json(const Json& json, Slot& value)
{
    const Fields fields(json, "slot");
    value.slot = fields.string("slot");
    value.label = fields.string("label");
    value.slot_key = fields.string("slot_key");
    value.tcp_port = fields.number<std::uint16_t>("tcp_port");
    value.state = state_in(fields);
    value.reason = fields.string("reason");
    value.next_try = fields.time_or_null("next_try");
    value.device = object_or_null<Device>(fields, "device");
    value.devnode = fields.string_or_null("devnode");
    value.profile = fields.string("profile");
    fields.any("settings").get_to(value.settings);
    fields.any("lines").get_to(value.lines);
    value.client = object_or_null<Client>(fields, "client");
    value.observers = fields.number<std::uint32_t>("observers");
    value.claim = object_or_null<Claim>(fields, "claim");
    value.pid = fields.number<std::uint32_t>("pid");
    value.seq = fields.counter("seq");
    value.last_action = fields.string_or_null("last_action");
    value.last_event = fields.time_or_null("last_event_ts");
    value.last_error = fields.string_or_null("last_error");
}

} // namespace contract
