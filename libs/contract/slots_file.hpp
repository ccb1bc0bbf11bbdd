#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "contract/json.hpp"

/// slots.json: which connector is which TCP port. bridged alone writes it;
/// hotplugd reads the static ttys from it. Format: docs/slots.md.
namespace contract {

enum class SecondClient { refuse, take_over, observe };
std::string_view to_string(SecondClient policy);

struct SlotConfig {
    std::string id; ///< slot_id(label)
    std::string label;
    std::string slot_key;               ///< a static tty's devnode verbatim, when there is one
    std::optional<std::string> devnode; ///< a fixed tty, instead of a slot_key in the file
    std::uint16_t tcp_port = 0;
    std::optional<std::string> profile; ///< esp-bridge, esp-usb-jtag, plain; else by VID:PID
    std::uint32_t baud = 115200;        ///< at open and when a client has gone
    SecondClient second_client = SecondClient::refuse;
    std::vector<std::string> allow; ///< CIDR; empty: settings' access.allow

    bool operator==(const SlotConfig&) const = default;
};

struct PortRange {
    std::uint16_t first = 4001;
    std::uint16_t last = 4099;
    bool operator==(const PortRange&) const = default;
};

struct SlotsFile {
    std::vector<SlotConfig> slots;        ///< in file order
    std::optional<PortRange> auto_assign; ///< absent: unknown devices get no port
    std::vector<std::string> warnings;    ///< keys of later Python portals that mean nothing here
    Json document = Json::object();       ///< as the person wrote it; what slots_edit.hpp changes
};

/// @throws BadMessage naming file, entry and key: duplicate label, id, port or
///         slot_key, a port outside 1024-65535, an unknown key, a wrong type
SlotsFile parse_slots(std::string_view text, const std::string& file_name);

} // namespace contract
