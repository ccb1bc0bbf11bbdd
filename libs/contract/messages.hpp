#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "contract/envelope.hpp"
#include "contract/json.hpp"
#include "contract/time.hpp"

/// Bodies of events and snapshots, in the order of docs/bus.md. Each has
/// to_json and from_json (checked, throws BadMessage; unknown members are
/// ignored) and a golden file in tests/golden/bus.
namespace contract {

/// device.added/, device.removed/: a serial device that hotplugd sees.
struct Device {
    std::string slot_key; ///< the connector: ID_PATH, else DEVPATH; a static tty's own path
    std::string devnode;  ///< "/dev/ttyUSB0"; not stable, do not store
    std::string vid;      ///< "10c4", as udev's ID_VENDOR_ID; "" when not USB
    std::string pid;      ///< "ea60", as udev's ID_MODEL_ID
    std::string serial;
    std::string product;
    std::string manufacturer;
    std::string driver;    ///< "cp210x"
    std::string interface; ///< bInterfaceNumber: "00"
    std::uint64_t seq =
        0;       ///< hotplugd's number of the event that brought this (the old API's "seq")
    Time time{}; ///< of that event

    bool operator==(const Device&) const = default;
};

enum class SlotState { empty, opening, idle, in_use, away, stopped, flapping, error };
std::string_view to_string(SlotState state);

struct Client {
    std::string address; ///< "192.168.1.7:50123", "[::1]:50123"
    Time since{};
    std::string kind; ///< "rfc2217", "raw", or "unknown" until it has spoken

    bool operator==(const Client&) const = default;
};

/// A tty's settings as they are in effect.
struct LineSettings {
    std::uint32_t baud = 115200;
    std::uint8_t data_bits = 8;
    std::string parity = "N";    ///< N O E M S
    std::string stop_bits = "1"; ///< 1 2 1.5
    std::string flow = "none";   ///< none xonxoff hardware

    bool operator==(const LineSettings&) const = default;
};

/// Outputs are what was last set; inputs are null where the tty has none (a pty).
struct ModemLines {
    bool dtr = false;
    bool rts = false;
    std::optional<bool> cts, dsr, ri, dcd;

    bool operator==(const ModemLines&) const = default;
};

/// Who has reserved a slot: nobody else may write to it until then.
struct Claim {
    std::string owner; ///< 1 – 100 bytes
    Time until;
    std::optional<std::string> address; ///< IP; clients from there connect as the owner

    bool operator==(const Claim&) const = default;
};

/// slot.changed/<slot>/: the whole state of one slot.
struct Slot {
    std::string slot; ///< id, the slug of the label
    std::string label;
    std::string slot_key;
    std::uint16_t tcp_port = 0;
    SlotState state = SlotState::empty;
    std::string reason;                 ///< why error, flapping or away; "" otherwise
    std::optional<Time> next_try;       ///< error, flapping
    std::optional<Device> device;       ///< what is plugged in now
    std::optional<std::string> devnode; ///< stays after a removal
    std::string profile;                ///< esp-bridge, esp-usb-jtag, plain
    LineSettings settings;
    ModemLines lines;
    std::optional<Client> client;
    std::uint32_t observers = 0;
    std::optional<Claim> claim;
    std::uint32_t pid = 0;                  ///< bridged's
    std::uint64_t seq = 0;                  ///< hotplugd's number of this slot's last hotplug event
    std::optional<std::string> last_action; ///< "add", "remove"
    std::optional<Time> last_event;
    std::optional<std::string> last_error;

    bool present() const { return device.has_value(); }
    bool running() const
    {
        return state == SlotState::idle || state == SlotState::in_use || state == SlotState::away;
    }
    bool operator==(const Slot&) const = default;
};

/// slot.removed/<slot>/: it is no longer in slots.json.
struct SlotRemoved {
    std::string slot;
    bool operator==(const SlotRemoved&) const = default;
};

/// serial.info/<slot>/: something other than data happened; texts in docs/states-and-texts.md.
struct SerialInfo {
    std::string text;
    bool operator==(const SerialInfo&) const = default;
};

/// log.line/<slot>/: a finished line of the log.
struct LogLine {
    std::string direction; ///< RX TX INFO
    std::string text;      ///< encoded as in the file
    std::uint64_t serial_seq =
        0; ///< of the event with the line's last byte: (epoch, seq) is the id
    std::string serial_epoch;
    bool operator==(const LogLine&) const = default;
};

/// log.boot/<slot>/
struct LogBoot {
    std::string reason; ///< "rst:0x1 (POWERON_RESET)"; "" when the ROM said none
    std::string banner; ///< the line that told
    std::uint64_t serial_seq = 0;
    std::string serial_epoch;
    bool operator==(const LogBoot&) const = default;
};

/// log.alert/<slot>/: a crash, or a rule that matched.
struct LogAlert {
    std::string rule;                 ///< "crash", or the rule's name
    std::string text;                 ///< the line that matched
    std::vector<std::string> context; ///< lines before it
    std::uint64_t serial_seq = 0;
    std::string serial_epoch;
    bool operator==(const LogAlert&) const = default;
};

/// heartbeat/: sent 200 ms after a stream's last event, after a subscription, and every 5 s.
struct Heartbeat {
    std::map<std::string, Stamp> streams; ///< the last stamp used, per stream
    Json counters = Json::object();       ///< the daemon's own; docs/bus.md lists them
    bool operator==(const Heartbeat&) const = default;
};

/// Answers to `snapshot`. `stamp` is the state stream's: drop events up to it.
struct HotplugSnapshot {
    Stamp stamp;
    std::vector<Device> devices;
    bool operator==(const HotplugSnapshot&) const = default;
};
struct BridgeSnapshot {
    Stamp stamp;
    std::vector<Slot> slots; ///< in the order of slots.json
    bool operator==(const BridgeSnapshot&) const = default;
};
/// One slot as loggerd sees it: which file it writes, and from where it reads.
struct LogState {
    std::string slot;
    std::string file; ///< name in the log folder; "" before the first line
    Stamp cursor;     ///< the last serial event that is on disk
    std::uint64_t lines = 0;
    std::uint64_t lost_bytes = 0;
    std::optional<std::string> fault; ///< "write /var/log/serial/…: No space left on device"
    bool operator==(const LogState&) const = default;
};
struct LogSnapshot {
    Stamp stamp;
    std::vector<LogState> slots;
    bool operator==(const LogSnapshot&) const = default;
};
/// portald has no state of its own; it answers with what it listens on.
struct PortalSnapshot {
    Stamp stamp;
    std::uint16_t http_port = 0;
    bool operator==(const PortalSnapshot&) const = default;
};

void to_json(Json& json, const Stamp& value);
void to_json(Json& json, const Device& value);
void to_json(Json& json, const Client& value);
void to_json(Json& json, const Claim& value);
void to_json(Json& json, const LineSettings& value);
void to_json(Json& json, const ModemLines& value);
void to_json(Json& json, const Slot& value);
void to_json(Json& json, const SlotRemoved& value);
void to_json(Json& json, const SerialInfo& value);
void to_json(Json& json, const LogLine& value);
void to_json(Json& json, const LogBoot& value);
void to_json(Json& json, const LogAlert& value);
void to_json(Json& json, const Heartbeat& value);
void to_json(Json& json, const HotplugSnapshot& value);
void to_json(Json& json, const BridgeSnapshot& value);
void to_json(Json& json, const LogState& value);
void to_json(Json& json, const LogSnapshot& value);
void to_json(Json& json, const PortalSnapshot& value);

void from_json(const Json& json, Stamp& value);
void from_json(const Json& json, Device& value);
void from_json(const Json& json, Client& value);
void from_json(const Json& json, Claim& value);
void from_json(const Json& json, LineSettings& value);
void from_json(const Json& json, ModemLines& value);
void from_json(const Json& json, Slot& value);
void from_json(const Json& json, SlotRemoved& value);
void from_json(const Json& json, SerialInfo& value);
void from_json(const Json& json, LogLine& value);
void from_json(const Json& json, LogBoot& value);
void from_json(const Json& json, LogAlert& value);
void from_json(const Json& json, Heartbeat& value);
void from_json(const Json& json, HotplugSnapshot& value);
void from_json(const Json& json, BridgeSnapshot& value);
void from_json(const Json& json, LogState& value);
void from_json(const Json& json, LogSnapshot& value);
void from_json(const Json& json, PortalSnapshot& value);

/// The body of an event as its struct: body<Device>(event).
/// @throws BadMessage
template<typename T>
T body(const Event& event)
{
    return parse_json(event.body, event.topic).get<T>();
}

} // namespace contract
