#include "portald/known.hpp"

#include <algorithm>

#include "contract/names.hpp"

namespace portald {

namespace {

template<typename Items, typename Member, typename Value>
auto find_by(Items& items, Member member, const Value& value)
{
    return std::find_if(items.begin(), items.end(),
                        [&](const auto& item) { return item.*member == value; });
}

template<typename Items, typename Member, typename Value>
auto pointer_by(Items& items, Member member, const Value& value)
{
    const auto found = find_by(items, member, value);
    return found == items.end() ? nullptr : &*found;
}

template<typename T, typename Member>
void put(std::vector<T>& items, Member key, T item)
{
    const auto found = find_by(items, key, item.*key);
    if (found == items.end()) {
        items.push_back(std::move(item));
    } else {
        *found = std::move(item);
    }
}

template<typename T, typename Member>
void drop(std::vector<T>& items, Member key, const std::string& value)
{
    std::erase_if(items, [&](const T& item) { return item.*key == value; });
}

} // namespace

bool Known::is_up(std::string_view daemon) const
{
    const auto found = up.find(daemon);
    return found != up.end() && found->second;
}

const contract::Slot* Known::slot_with_key(std::string_view slot_key) const
{
    return pointer_by(slots, &contract::Slot::slot_key, slot_key);
}

const contract::Slot* Known::slot_named(std::string_view name) const
{
    if (const auto* slot = pointer_by(slots, &contract::Slot::slot, name)) return slot;
    return pointer_by(slots, &contract::Slot::label, name);
}

const contract::Device* Known::device_with_key(std::string_view slot_key) const
{
    return pointer_by(devices, &contract::Device::slot_key, slot_key);
}

void Known::replace_slots(const contract::BridgeSnapshot& snapshot)
{
    slots = snapshot.slots;
}

void Known::replace_devices(const contract::HotplugSnapshot& snapshot)
{
    devices = snapshot.devices;
}

void Known::apply(const contract::Event& event)
{
    const auto kind = contract::topics::kind_of(event.topic);
    if (kind == "slot.changed") {
        put(slots, &contract::Slot::slot, contract::body<contract::Slot>(event));
    } else if (kind == "slot.removed") {
        drop(slots, &contract::Slot::slot, contract::body<contract::SlotRemoved>(event).slot);
    } else if (event.topic == contract::topics::device_added) {
        put(devices, &contract::Device::slot_key, contract::body<contract::Device>(event));
    } else if (event.topic == contract::topics::device_removed) {
        drop(devices, &contract::Device::slot_key,
             contract::body<contract::Device>(event).slot_key);
    }
}

} // namespace portald
