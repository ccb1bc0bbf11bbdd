#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "contract/envelope.hpp"
#include "contract/json.hpp"
#include "contract/messages.hpp"

/// Arguments and answers of requests, in the order of docs/bus.md; same rules
/// as messages.hpp. A verb that is not here takes {"slot"} (SlotRef) and
/// answers with the Slot as it is then.
namespace contract {

/// slot.start, slot.stop, slot.kick, slot.unassign, serial.reset, serial.bootloader; the answer
/// to slot.unassign.
struct SlotRef {
    std::string slot; ///< id
    bool operator==(const SlotRef&) const = default;
};

/// slot.assign: a slot for a connector. What is not given stays, or is chosen for a new one.
struct SlotAssign {
    std::optional<std::string> slot_key; ///< the connector, or
    std::optional<std::string> devnode;  ///< a fixed tty: one of the two
    std::optional<std::string> label;
    std::optional<std::uint16_t> tcp_port;
    std::optional<std::string> profile;
    std::optional<std::uint32_t> baud;

    /// Whichever of the two it is.
    const std::string& place() const { return devnode ? *devnode : slot_key.value(); }
    bool operator==(const SlotAssign&) const = default;
};
/// The slot as slots.json has it now.
struct SlotAssigned {
    std::string slot; ///< id
    std::string label;
    std::string slot_key;
    std::uint16_t tcp_port = 0;
    bool operator==(const SlotAssigned&) const = default;
};

/// device.notify: what a udev rule says where hotplugd cannot see udev itself.
struct DeviceNotify {
    std::string action;   ///< "add", "remove"
    std::string slot_key; ///< ID_PATH, else DEVPATH
    std::string devnode;  ///< "" allowed for remove
    bool operator==(const DeviceNotify&) const = default;
};
struct DeviceNotifyAnswer {
    std::string slot_key;
    std::uint64_t seq = 0; ///< hotplugd's number of the last event of that slot_key
    bool accepted = false; ///< false: it was known already
    bool operator==(const DeviceNotifyAnswer&) const = default;
};

/// serial.replay: what the ring still holds after a place, in one bounded reply.
struct ReplayArgs {
    std::string slot;
    std::string epoch; ///< "" or foreign: from the start of the present one
    std::uint64_t after_seq = 0;
    std::uint64_t rx_pos = 0;         ///< bytes that the caller has had of each direction in this
    std::uint64_t tx_pos = 0;         ///< epoch; only to count what was lost
    std::uint32_t max_bytes = 262144; ///< of bodies, 1 … 262144
    bool lossless = false; ///< must not lose any: in a flood, input waits for this reader
    bool operator==(const ReplayArgs&) const = default;
};
/// {"epoch","next_after_seq","more","lost":{"rx","tx"}}, followed by frames: header, body,
/// header, body …, where each header also says its "topic".
struct ReplayAnswer {
    std::string epoch;
    std::uint64_t next_after_seq = 0;
    bool more = false;
    std::optional<std::uint64_t> lost_rx; ///< bytes between the caller's place and the
    std::optional<std::uint64_t> lost_tx; ///< oldest in the ring; null: unknown (foreign epoch)
    bool operator==(const ReplayAnswer&) const = default;
};

void to_json(Json& json, const SlotRef& value);
void to_json(Json& json, const SlotAssign& value);
void to_json(Json& json, const SlotAssigned& value);
void to_json(Json& json, const DeviceNotify& value);
void to_json(Json& json, const DeviceNotifyAnswer& value);
void to_json(Json& json, const ReplayArgs& value);
void to_json(Json& json, const ReplayAnswer& value);

void from_json(const Json& json, SlotRef& value);
void from_json(const Json& json, SlotAssign& value);
void from_json(const Json& json, SlotAssigned& value);
void from_json(const Json& json, DeviceNotify& value);
void from_json(const Json& json, DeviceNotifyAnswer& value);
void from_json(const Json& json, ReplayArgs& value);
void from_json(const Json& json, ReplayAnswer& value);

} // namespace contract
