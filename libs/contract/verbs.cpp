#include "contract/verbs.hpp"

namespace contract {

void to_json(Json& json, const SlotRef& value)
{
    json = Json{{"slot", value.slot}};
}

void from_json(const Json& json, SlotRef& value)
{
    value.slot = Fields(json, "args").string("slot");
}

void to_json(Json& json, const SlotAssign& value)
{
    json = Json::object();
    const auto put = [&json](const char* key, const auto& member) {
        if (member) json[key] = *member;
    };
    put("slot_key", value.slot_key);
    put("devnode", value.devnode);
    put("label", value.label);
    put("tcp_port", value.tcp_port);
    put("profile", value.profile);
    put("baud", value.baud);
}

void from_json(const Json& json, SlotAssign& value)
{
    const Fields fields(json, "slot.assign");
    value.slot_key = fields.string_or_null("slot_key");
    value.devnode = fields.string_or_null("devnode");
    if (value.slot_key && value.devnode)
        fields.fail("devnode", "a slot has a slot_key or a devnode, not both");
    if (!value.slot_key && !value.devnode) fields.fail("slot_key", "is missing");
    value.label = fields.string_or_null("label");
    // Ranges are those of slots.json: what it may not hold is refused there.
    if (fields.has("tcp_port")) value.tcp_port = fields.number<std::uint16_t>("tcp_port");
    value.profile = fields.string_or_null("profile");
    if (fields.has("baud")) value.baud = fields.number<std::uint32_t>("baud");
}

void to_json(Json& json, const SlotAssigned& value)
{
    json = Json{{"slot", value.slot},
                {"label", value.label},
                {"slot_key", value.slot_key},
                {"tcp_port", value.tcp_port}};
}

void from_json(const Json& json, SlotAssigned& value)
{
    const Fields fields(json, "slot.assign answer");
    value.slot = fields.string("slot");
    value.label = fields.string("label");
    value.slot_key = fields.string("slot_key");
    value.tcp_port = fields.number<std::uint16_t>("tcp_port");
}

void to_json(Json& json, const DeviceNotify& value)
{
    json = Json{{"action", value.action}, {"slot_key", value.slot_key}, {"devnode", value.devnode}};
}

void from_json(const Json& json, DeviceNotify& value)
{
    const Fields fields(json, "device.notify");
    value.action = fields.choice("action", {"add", "remove"});
    value.slot_key = fields.string("slot_key");
    value.devnode = fields.string("devnode", "");
}

void to_json(Json& json, const DeviceNotifyAnswer& value)
{
    json = Json{{"slot_key", value.slot_key}, {"seq", value.seq}, {"accepted", value.accepted}};
}

void from_json(const Json& json, DeviceNotifyAnswer& value)
{
    const Fields fields(json, "device.notify answer");
    value.slot_key = fields.string("slot_key");
    value.seq = fields.counter("seq");
    value.accepted = fields.boolean("accepted");
}

void to_json(Json& json, const ReplayArgs& value)
{
    json =
        Json{{"slot", value.slot},        {"epoch", value.epoch},   {"after_seq", value.after_seq},
             {"rx_pos", value.rx_pos},    {"tx_pos", value.tx_pos}, {"max_bytes", value.max_bytes},
             {"lossless", value.lossless}};
}

void from_json(const Json& json, ReplayArgs& value)
{
    const ReplayArgs defaults;
    const Fields fields(json, "serial.replay");
    value.slot = fields.string("slot");
    value.epoch = fields.string("epoch", "");
    value.after_seq = fields.counter("after_seq", defaults.after_seq);
    value.rx_pos = fields.counter("rx_pos", defaults.rx_pos);
    value.tx_pos = fields.counter("tx_pos", defaults.tx_pos);
    value.max_bytes = fields.number_or<std::uint32_t>("max_bytes", defaults.max_bytes, 1, 262144);
    value.lossless = fields.boolean("lossless", defaults.lossless);
}

void to_json(Json& json, const ReplayAnswer& value)
{
    Json lost{{"rx", nullptr}, {"tx", nullptr}};
    if (value.lost_rx) lost["rx"] = *value.lost_rx;
    if (value.lost_tx) lost["tx"] = *value.lost_tx;
    json = Json{{"epoch", value.epoch},
                {"next_after_seq", value.next_after_seq},
                {"more", value.more},
                {"lost", std::move(lost)}};
}

void from_json(const Json& json, ReplayAnswer& value)
{
    const Fields fields(json, "serial.replay answer");
    value.epoch = fields.string("epoch");
    value.next_after_seq = fields.counter("next_after_seq");
    value.more = fields.boolean("more");
    const Fields lost = fields.object("lost");
    value.lost_rx = lost.counter_or_null("rx");
    value.lost_tx = lost.counter_or_null("tx");
}

} // namespace contract
