#include "contract/messages.hpp"

namespace contract {
namespace {

template<typename T>
std::vector<T> list_of(const Fields& fields, std::string_view key)
{
    const Json& list = fields.array(key);
    std::vector<T> values;
    values.reserve(list.size());
    for (const Json& value : list) values.push_back(value.get<T>());
    return values;
}

template<typename T>
Json snapshot(const Stamp& stamp, const char* name, const std::vector<T>& values)
{
    Json list = Json::array();
    for (const T& value : values) list.push_back(value);
    Json json = stamp;
    json[name] = std::move(list);
    return json;
}

} // namespace

void to_json(Json& json, const Stamp& value)
{
    json = Json{{"epoch", value.epoch}, {"seq", value.seq}};
}

void from_json(const Json& json, Stamp& value)
{
    const Fields fields(json, "stamp");
    value.epoch = fields.string("epoch");
    value.seq = fields.counter("seq");
}

void to_json(Json& json, const Device& value)
{
    json = Json{{"slot_key", value.slot_key},
                {"devnode", value.devnode},
                {"vid", value.vid},
                {"pid", value.pid},
                {"serial", value.serial},
                {"product", value.product},
                {"manufacturer", value.manufacturer},
                {"driver", value.driver},
                {"interface", value.interface},
                {"seq", value.seq},
                {"time", format_time(value.time)}};
}

void from_json(const Json& json, Device& value)
{
    const Fields fields(json, "device");
    value.slot_key = fields.string("slot_key");
    value.devnode = fields.string("devnode");
    value.vid = fields.string("vid");
    value.pid = fields.string("pid");
    value.serial = fields.string("serial");
    value.product = fields.string("product");
    value.manufacturer = fields.string("manufacturer");
    value.driver = fields.string("driver");
    value.interface = fields.string("interface");
    value.seq = fields.counter("seq");
    value.time = fields.time("time");
}

void to_json(Json& json, const SlotRemoved& value)
{
    json = Json{{"slot", value.slot}};
}

void from_json(const Json& json, SlotRemoved& value)
{
    value.slot = Fields(json, "slot.removed").string("slot");
}

void to_json(Json& json, const SerialInfo& value)
{
    json = Json{{"text", value.text}};
}

void from_json(const Json& json, SerialInfo& value)
{
    value.text = Fields(json, "serial.info").string("text");
}

void to_json(Json& json, const LogLine& value)
{
    json = Json{{"direction", value.direction},
                {"text", value.text},
                {"serial_seq", value.serial_seq},
                {"serial_epoch", value.serial_epoch}};
}

void from_json(const Json& json, LogLine& value)
{
    const Fields fields(json, "log.line");
    value.direction = fields.choice("direction", {"RX", "TX", "INFO"});
    value.text = fields.string("text");
    value.serial_seq = fields.counter("serial_seq");
    value.serial_epoch = fields.string("serial_epoch");
}

void to_json(Json& json, const LogBoot& value)
{
    json = Json{{"reason", value.reason},
                {"banner", value.banner},
                {"serial_seq", value.serial_seq},
                {"serial_epoch", value.serial_epoch}};
}

void from_json(const Json& json, LogBoot& value)
{
    const Fields fields(json, "log.boot");
    value.reason = fields.string("reason");
    value.banner = fields.string("banner");
    value.serial_seq = fields.counter("serial_seq");
    value.serial_epoch = fields.string("serial_epoch");
}

void to_json(Json& json, const LogAlert& value)
{
    json = Json{{"rule", value.rule},
                {"text", value.text},
                {"context", value.context},
                {"serial_seq", value.serial_seq},
                {"serial_epoch", value.serial_epoch}};
}

void from_json(const Json& json, LogAlert& value)
{
    const Fields fields(json, "log.alert");
    value.rule = fields.string("rule");
    value.text = fields.string("text");
    value.context = fields.strings("context");
    value.serial_seq = fields.counter("serial_seq");
    value.serial_epoch = fields.string("serial_epoch");
}

void to_json(Json& json, const Heartbeat& value)
{
    Json streams = Json::object();
    for (const auto& [name, stamp] : value.streams) streams[name] = stamp;
    json = Json{{"streams", std::move(streams)}, {"counters", value.counters}};
}

void from_json(const Json& json, Heartbeat& value)
{
    const Fields fields(json, "heartbeat");
    value.streams.clear();
    fields.object("streams");
    for (const auto& [name, stamp] : fields.any("streams").items()) {
        value.streams[name] = stamp.get<Stamp>();
    }
    fields.object("counters");
    value.counters = fields.any("counters");
}

void to_json(Json& json, const HotplugSnapshot& value)
{
    json = snapshot(value.stamp, "devices", value.devices);
}

void from_json(const Json& json, HotplugSnapshot& value)
{
    json.get_to(value.stamp);
    value.devices = list_of<Device>(Fields(json, "snapshot"), "devices");
}

void to_json(Json& json, const BridgeSnapshot& value)
{
    json = snapshot(value.stamp, "slots", value.slots);
}

void from_json(const Json& json, BridgeSnapshot& value)
{
    json.get_to(value.stamp);
    value.slots = list_of<Slot>(Fields(json, "snapshot"), "slots");
}

void to_json(Json& json, const LogState& value)
{
    json = Json{{"slot", value.slot},
                {"file", value.file},
                {"cursor", value.cursor},
                {"lines", value.lines},
                {"lost_bytes", value.lost_bytes},
                {"fault", nullptr}};
    if (value.fault) json["fault"] = *value.fault;
}

void from_json(const Json& json, LogState& value)
{
    const Fields fields(json, "log state");
    value.slot = fields.string("slot");
    value.file = fields.string("file");
    fields.any("cursor").get_to(value.cursor);
    value.lines = fields.counter("lines");
    value.lost_bytes = fields.counter("lost_bytes");
    value.fault = fields.string_or_null("fault");
}

void to_json(Json& json, const LogSnapshot& value)
{
    json = snapshot(value.stamp, "slots", value.slots);
}

void from_json(const Json& json, LogSnapshot& value)
{
    json.get_to(value.stamp);
    value.slots = list_of<LogState>(Fields(json, "snapshot"), "slots");
}

void to_json(Json& json, const PortalSnapshot& value)
{
    json = value.stamp;
    json["http_port"] = value.http_port;
}

void from_json(const Json& json, PortalSnapshot& value)
{
    json.get_to(value.stamp);
    value.http_port = Fields(json, "snapshot").number<std::uint16_t>("http_port");
}

} // namespace contract
