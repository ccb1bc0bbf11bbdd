#include "contract/slots_edit.hpp"

#include <algorithm>
#include <set>

namespace contract {
namespace {

constexpr std::size_t most_line_bytes = 90;

std::optional<std::size_t> index_of(const SlotsFile& file, std::string_view slot_key)
{
    const auto found = std::ranges::find(file.slots, slot_key, &SlotConfig::slot_key);
    if (found == file.slots.end()) return std::nullopt;
    return static_cast<std::size_t>(found - file.slots.begin());
}

/// Nothing when each of the range is taken.
std::optional<std::uint16_t> free_port(const SlotsFile& file)
{
    const auto range = file.auto_assign.value_or(PortRange{});
    std::set<unsigned> taken;
    for (const SlotConfig& slot : file.slots) taken.insert(slot.tcp_port);
    unsigned port = range.first;
    while (taken.contains(port)) ++port;
    if (port > range.last) return std::nullopt;
    return static_cast<std::uint16_t>(port);
}

std::string free_label(const SlotsFile& file)
{
    std::set<std::string> ids;
    for (const SlotConfig& slot : file.slots) ids.insert(slot.id);
    unsigned number = 1;
    while (ids.contains("SLOT" + std::to_string(number))) ++number;
    return "SLOT" + std::to_string(number);
}

Json new_entry(const SlotsFile& file, const SlotAssign& wanted, const std::optional<Json>& former)
{
    Json entry{{"label", wanted.label ? *wanted.label : free_label(file)}};
    entry[wanted.devnode ? "devnode" : "slot_key"] = wanted.place();
    if (const auto port = wanted.tcp_port ? wanted.tcp_port : free_port(file)) {
        entry["tcp_port"] = *port;
    } else {
        const auto range = file.auto_assign.value_or(PortRange{});
        throw BadMessage("slot.assign: tcp_port: no port is free in " +
                         std::to_string(range.first) + "-" + std::to_string(range.last));
    }
    if (former)
        for (const auto& [key, value] : former->items())
            if (!entry.contains(key)) entry[key] = value;
    return entry;
}

std::string one_line(const Json& json)
{
    if (!json.is_structured() || json.empty()) return to_text(json);
    std::string text;
    for (const auto& [key, value] : json.items()) {
        if (!text.empty()) text += ", ";
        if (json.is_object()) text += to_text(key) + ": ";
        text += one_line(value);
    }
    return json.is_object() ? "{" + text + "}" : "[" + text + "]";
}

std::string slot_lines(const Json& entries)
{
    std::string text;
    for (const Json& entry : entries) {
        text += (text.empty() ? "\n    " : ",\n    ") + one_line(entry);
    }
    return "[" + text + "\n  ]";
}

/// A value of the top level that is no list of slots.
std::string other_lines(const Json& value)
{
    std::string text = one_line(value);
    if (text.size() <= most_line_bytes) return text;
    text = value.dump(2, ' ', false, Json::error_handler_t::replace);
    for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos; at += 3) {
        text.insert(at + 1, "  ");
    }
    return text;
}

} // namespace

SlotsFile with_slot(const SlotsFile& file, const SlotAssign& wanted, const std::string& file_name,
                    const std::optional<Json>& former)
{
    SlotsFile changed = file;
    Json& entries = changed.document["slots"];
    if (!entries.is_array()) entries = Json::array();
    const auto index = index_of(file, wanted.place());
    Json& entry = index ? entries[*index] : entries.emplace_back(new_entry(file, wanted, former));
    if (wanted.label) entry["label"] = *wanted.label;
    if (wanted.tcp_port) entry["tcp_port"] = *wanted.tcp_port;
    if (wanted.profile) entry["profile"] = *wanted.profile;
    if (wanted.baud) entry["baud"] = *wanted.baud;
    return parse_slots(format_slots(changed), file_name); // what a person may not write, we may not
}

std::optional<SlotsFile> with_new_slot(const SlotsFile& file, std::string_view slot_key)
{
    if (!file.auto_assign || slot_key.empty() || index_of(file, slot_key) || !free_port(file))
        return std::nullopt;
    SlotAssign wanted;
    wanted.slot_key = slot_key;
    return with_slot(file, wanted, "auto_assign");
}

SlotsFile without_slot(const SlotsFile& file, std::string_view id)
{
    const auto found = std::ranges::find(file.slots, id, &SlotConfig::id);
    if (found == file.slots.end()) return file;
    SlotsFile changed = file;
    const auto index = found - file.slots.begin();
    changed.slots.erase(changed.slots.begin() + index);
    changed.document["slots"].erase(static_cast<std::size_t>(index));
    return changed;
}

std::string format_slots(const SlotsFile& file)
{
    std::string text;
    for (const auto& [key, value] : file.document.items()) {
        const bool slots = key == "slots" && value.is_array() && !value.empty();
        text += (text.empty() ? "\n  " : ",\n  ") + to_text(key) + ": ";
        text += slots ? slot_lines(value) : other_lines(value);
    }
    return text.empty() ? "{}\n" : "{" + text + "\n}\n";
}

} // namespace contract
