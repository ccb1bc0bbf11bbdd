#pragma once

#include <string>
#include <string_view>

/// How things that users see are spelled: slot ids, endpoints, topics, verbs,
/// streams. docs/bus.md explains them; no other file spells them.
namespace contract {

/// The slug of a label: each run of bytes outside [A-Za-z0-9_-] becomes '-',
/// ends trimmed. May be empty, which slots.json refuses.
std::string slot_id(std::string_view label);

/// "ipc:///run/rfc2217/bridged.pub". Socket paths over 107 bytes are the bus's to refuse.
std::string events_endpoint(std::string_view runtime_dir, std::string_view daemon);
std::string requests_endpoint(std::string_view runtime_dir, std::string_view daemon);

/// SUB matches by prefix, so every topic ends in '/': "…/A" would match "…/AB".
namespace topics {
inline constexpr std::string_view device_added = "device.added/";
inline constexpr std::string_view device_removed = "device.removed/";
inline constexpr std::string_view heartbeat = "heartbeat/";

std::string slot_changed(std::string_view slot);
std::string slot_removed(std::string_view slot);
std::string serial_rx(std::string_view slot);
std::string serial_tx(std::string_view slot);
std::string serial_info(std::string_view slot);
std::string log_line(std::string_view slot);
std::string log_boot(std::string_view slot);
std::string log_alert(std::string_view slot);

/// Subscribe to these to see every slot.
inline constexpr std::string_view all_devices = "device.";
inline constexpr std::string_view all_slots = "slot.";
inline constexpr std::string_view all_serial = "serial.";
inline constexpr std::string_view all_logs = "log.";

/// The slot in "serial.rx/ESP32-A/"; empty for topics without one.
std::string_view slot_of(std::string_view topic);
/// "serial.rx" in "serial.rx/ESP32-A/".
std::string_view kind_of(std::string_view topic);
} // namespace topics

/// Names of streams, the units of numbering, as in heartbeats.
namespace streams {
inline constexpr std::string_view state = "state";
std::string serial(std::string_view slot); ///< "serial/ESP32-A": rx, tx and info share it
std::string log(std::string_view slot);    ///< "log/ESP32-A"
} // namespace streams

namespace verbs {
// every daemon
inline constexpr std::string_view snapshot = "snapshot";
inline constexpr std::string_view ping = "ping";
inline constexpr std::string_view version = "version";
// hotplugd
inline constexpr std::string_view device_notify = "device.notify";
// bridged
inline constexpr std::string_view slot_start = "slot.start";
inline constexpr std::string_view slot_stop = "slot.stop";
inline constexpr std::string_view slot_assign = "slot.assign";
inline constexpr std::string_view slot_unassign = "slot.unassign";
inline constexpr std::string_view slot_kick = "slot.kick";
inline constexpr std::string_view slot_claim = "slot.claim";
inline constexpr std::string_view slot_release = "slot.release";
inline constexpr std::string_view serial_write = "serial.write";
inline constexpr std::string_view serial_lines = "serial.lines";
inline constexpr std::string_view serial_reset = "serial.reset";
inline constexpr std::string_view serial_bootloader = "serial.bootloader";
inline constexpr std::string_view serial_replay = "serial.replay";
// loggerd
inline constexpr std::string_view log_list = "log.list";
inline constexpr std::string_view log_read = "log.read";
inline constexpr std::string_view log_search = "log.search";
} // namespace verbs

} // namespace contract
