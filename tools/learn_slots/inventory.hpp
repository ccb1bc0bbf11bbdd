#pragma once

#include <optional>
#include <string>
#include <vector>

#include "contract/messages.hpp"
#include "contract/verbs.hpp"

namespace learn_slots {

/// What is plugged in somewhere, and the slot of that connector.
struct Connector {
    contract::Device device;
    std::optional<contract::Slot> slot;
};

/// Each device with its slot, ttyUSB2 before ttyUSB10.
std::vector<Connector> connectors_of(std::vector<contract::Device> devices,
                                     const std::vector<contract::Slot>& slots);

/// What names the connector in slots.json and in slot.assign: its slot_key, or the path of a
/// fixed tty as its devnode.
contract::SlotAssign place_of(const contract::Device& device);

/// What a new slot for the connector would be; nothing when no port is free. bridged has the
/// last word: it knows the range of auto_assign.
std::optional<contract::SlotAssigned> suggestion(const contract::Device& device,
                                                 const std::vector<contract::Slot>& slots);

/// The lines for slots.json: an entry for each connector, its slot's or a new one with the next
/// free name and port. Those for which no port is free are left out.
contract::Json entries_of(const std::vector<Connector>& connectors,
                          const std::vector<contract::Slot>& slots);

/// {"devices": [a Device and its "slot": {"slot", "label", "tcp_port", "state"} or null],
///  "slots": the entries}
contract::Json as_json(const std::vector<Connector>& connectors,
                       const std::vector<contract::Slot>& slots);

} // namespace learn_slots
