#include "ctl/event_text.hpp"

#include "ctl/table.hpp"

namespace ctl {
namespace {

std::string device_text(const contract::Json& body)
{
    const auto product = text_of(body, "product");
    return text_of(body, "devnode") + (product.empty() ? "" : " (" + product + ")") + " at " +
           text_of(body, "slot_key");
}

} // namespace

std::string EventText::of_slot(const std::string& slot, const contract::Json& body)
{
    auto text = text_of(body, "state");
    if (const auto holder = holder_of(body); !holder.empty()) text += ", " + holder;
    if (const auto reason = text_of(body, "reason"); !reason.empty()) text += ": " + reason;
    auto& known = known_[slot];
    if (known == text) return {};
    known = text;
    return text;
}

std::string EventText::line(const contract::Json& event)
{
    const auto kind = text_of(event, "event");
    const auto slot = text_of(event, "slot");
    const auto body = event.value("body", contract::Json::object());
    std::string text;
    if (kind == "slot.changed") text = of_slot(slot, body);
    if (kind == "slot.removed") text = "is no slot any more";
    if (kind == "device.added") text = "plugged in: " + device_text(body);
    if (kind == "device.removed") text = "unplugged: " + device_text(body);
    if (kind == "log.boot") text = "boot: " + text_of(body, "reason");
    if (kind == "log.alert") text = text_of(body, "rule") + ": " + text_of(body, "text");
    if (kind == "log.fault") {
        const auto fault = text_of(body, "fault");
        text = fault.empty() ? "its log is written again" : "log: " + fault;
    }
    if (kind == "daemon")
        text = text_of(body, "daemon") + (body.value("up", false) ? " is up" : " is down");
    if (text.empty()) return {};
    return text_of(event, "time") + " " + (slot.empty() ? "" : slot + " ") + text + "\n";
}

} // namespace ctl
