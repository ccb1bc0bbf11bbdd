#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "contract/messages.hpp"
#include "portald/board_news.hpp"

namespace portald {

/// What the bus has told: a copy, rebuilt from snapshots at every start. No I/O.
struct Known {
    std::vector<contract::Slot> slots; ///< in the order of slots.json; new ones at the end
    std::vector<contract::Device> devices;
    std::map<std::string, bool, std::less<>> up; ///< "bridged" → was it heard lately?
    contract::Json bridge_counters = nullptr;    ///< "slots" of the last heartbeat, or null
    contract::Json log_counters = nullptr;
    std::map<std::string, std::string> log_faults = {};             ///< slot → what is wrong
    std::map<std::string, std::uint64_t, std::less<>> resyncs = {}; ///< daemon → snapshots
    BoardNews news = {};

    bool is_up(std::string_view daemon) const;

    const contract::Slot* slot_with_key(std::string_view slot_key) const;
    /// By id, else by label.
    const contract::Slot* slot_named(std::string_view name) const;
    const contract::Device* device_with_key(std::string_view slot_key) const;

    void replace_slots(const contract::BridgeSnapshot& snapshot);
    void replace_devices(const contract::HotplugSnapshot& snapshot);
    /// slot.changed, slot.removed, device.added, device.removed; others are ignored.
    /// @throws contract::BadMessage
    void apply(const contract::Event& event);
};

/// The daemons, and what a person has to type to read what is wrong with one.
struct Daemon {
    std::string_view name;
    std::string_view unit;
};
inline constexpr std::array<Daemon, 4> daemons{{{"hotplugd", "rfc2217-hotplug"},
                                                {"bridged", "rfc2217-bridge"},
                                                {"loggerd", "rfc2217-logger"},
                                                {"portald", "rfc2217-portal"}}};

} // namespace portald
