#include "learn_slots/inventory.hpp"

#include <algorithm>
#include <charconv>
#include <tuple>
#include <utility>

#include "contract/slots_edit.hpp"

namespace learn_slots {
namespace {

using contract::Json;

/// "/dev/ttyUSB", 10
std::pair<std::string, unsigned long> numbered(const std::string& devnode)
{
    const auto digits = devnode.find_last_not_of("0123456789") + 1;
    unsigned long number = 0;
    std::from_chars(devnode.data() + digits, devnode.data() + devnode.size(), number);
    return {devnode.substr(0, digits), number};
}

bool is_path(const std::string& slot_key)
{
    return slot_key.starts_with('/') && !slot_key.starts_with("/devices/"); // that is a DEVPATH
}

Json entry(const std::string& label, const std::string& slot_key, std::uint16_t tcp_port)
{
    return Json{{"label", label},
                {is_path(slot_key) ? "devnode" : "slot_key", slot_key},
                {"tcp_port", tcp_port}};
}

/// slots.json as far as the bus tells it.
contract::SlotsFile file_of(const std::vector<contract::Slot>& slots)
{
    Json entries = Json::array();
    for (const auto& slot : slots)
        entries.push_back(entry(slot.label, slot.slot_key, slot.tcp_port));
    return contract::parse_slots(contract::to_text(Json{{"slots", entries}}), "bridged's slots");
}

/// The file with a slot for the device; nothing when no port is free.
std::optional<contract::SlotsFile> with_device(const contract::SlotsFile& file,
                                               const contract::Device& device)
try {
    return contract::with_slot(file, place_of(device), "slots.json");
} catch (const contract::BadMessage&) {
    return std::nullopt;
}

const contract::SlotConfig* slot_at(const contract::SlotsFile& file, const std::string& slot_key)
{
    const auto found = std::ranges::find(file.slots, slot_key, &contract::SlotConfig::slot_key);
    return found == file.slots.end() ? nullptr : &*found;
}

} // namespace

std::vector<Connector> connectors_of(std::vector<contract::Device> devices,
                                     const std::vector<contract::Slot>& slots)
{
    std::ranges::sort(devices, {}, [](const auto& device) {
        return std::make_tuple(numbered(device.devnode), device.slot_key);
    });
    std::vector<Connector> connectors;
    for (auto& device : devices) {
        const auto slot = std::ranges::find(slots, device.slot_key, &contract::Slot::slot_key);
        connectors.push_back({std::move(device), {}});
        if (slot != slots.end()) connectors.back().slot = *slot;
    }
    return connectors;
}

contract::SlotAssign place_of(const contract::Device& device)
{
    contract::SlotAssign place;
    (is_path(device.slot_key) ? place.devnode : place.slot_key) = device.slot_key;
    return place;
}

std::optional<contract::SlotAssigned> suggestion(const contract::Device& device,
                                                 const std::vector<contract::Slot>& slots)
{
    const auto file = with_device(file_of(slots), device);
    const auto* slot = file ? slot_at(*file, device.slot_key) : nullptr;
    if (slot == nullptr) return std::nullopt;
    return contract::SlotAssigned{slot->id, slot->label, slot->slot_key, slot->tcp_port};
}

Json entries_of(const std::vector<Connector>& connectors, const std::vector<contract::Slot>& slots)
{
    auto file = file_of(slots);
    Json entries = Json::array();
    for (const auto& [device, slot] : connectors) {
        if (auto with = with_device(file, device)) file = *std::move(with);
        if (const auto* one = slot_at(file, device.slot_key))
            entries.push_back(entry(one->label, one->slot_key, one->tcp_port));
    }
    return entries;
}

Json as_json(const std::vector<Connector>& connectors, const std::vector<contract::Slot>& slots)
{
    Json devices = Json::array();
    for (const auto& [device, slot] : connectors) {
        Json one = device;
        one["slot"] = nullptr;
        if (slot)
            one["slot"] = Json{{"slot", slot->slot},
                               {"label", slot->label},
                               {"tcp_port", slot->tcp_port},
                               {"state", contract::to_string(slot->state)}};
        devices.push_back(std::move(one));
    }
    return Json{{"devices", std::move(devices)}, {"slots", entries_of(connectors, slots)}};
}

} // namespace learn_slots
