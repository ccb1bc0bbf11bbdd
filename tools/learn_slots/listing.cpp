#include "learn_slots/listing.hpp"

#include "commandkit/device_text.hpp"
#include "contract/slots_edit.hpp"
#include "daemonkit/escape.hpp"

namespace learn_slots {
namespace {

using daemonkit::escape_control_bytes;

std::string slot_text(const std::optional<contract::Slot>& slot, const commandkit::Style& style)
{
    if (!slot) return style.faint("none");
    return style.strong(escape_control_bytes(slot->label)) + ", port " +
           std::to_string(slot->tcp_port) + " (" + std::string(contract::to_string(slot->state)) +
           ")";
}

} // namespace

std::string list(const std::vector<Connector>& connectors, const commandkit::Style& style)
{
    if (connectors.empty()) return "No serial device is plugged in.\n";
    std::string text;
    for (const auto& [device, slot] : connectors) {
        text += style.strong(escape_control_bytes(device.devnode)) + "  " +
                commandkit::device_text(device) + "\n";
        text += "    connector  " + escape_control_bytes(device.slot_key) + "\n";
        text += "    slot       " + slot_text(slot, style) + "\n";
    }
    return text;
}

std::string lines_to_paste(const contract::Json& entries)
{
    contract::SlotsFile file;
    file.document = contract::Json{{"slots", entries}};
    return "For slots.json (what is plugged in; other slots, and other keys of these, stay):\n" +
           contract::format_slots(file);
}

} // namespace learn_slots
