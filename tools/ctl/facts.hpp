#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "commandkit/asking.hpp"
#include "contract/messages.hpp"
#include "contract/slots_file.hpp"
#include "ctl/process_table.hpp"

namespace ctl {

/// All that doctor finds out about one slot. No judgement: that is diagnosis.hpp.
struct Facts {
    std::string label;
    std::string id;
    std::string slot_key;
    std::uint16_t tcp_port = 0;
    std::optional<contract::Slot> slot;        ///< as bridged tells it
    std::optional<contract::Device> device;    ///< what is plugged in, of bridged or hotplugd
    std::string devnode;                       ///< "" when not known
    bool is_there = false;                     ///< the devnode exists
    std::map<std::string, std::string> silent; ///< daemon: why it cannot be asked
    std::vector<Process> holders;              ///< who has the tty open
    std::vector<Process> listeners;            ///< who listens on the port
    bool is_listened_on = false;               ///< somebody does, seen or not
    std::vector<Process> braille;              ///< brltty takes boards for braille displays
    std::string slots_fault;                   ///< what is wrong in slots.json; bridged has the old
    bool sees_all = false;                     ///< no process was hidden from us
};

struct Places {
    std::filesystem::path slots_file;
    std::filesystem::path proc = "/proc";
    std::filesystem::path by_path = "/dev/serial/by-path"; ///< where hotplugd cannot be asked
};

/// All of them, as bridged has them, else as slots.json does.
/// @throws commandkit::Unreachable when neither tells
std::vector<std::string> slot_names(commandkit::Asking& asking, const Places& places);

/// @param name  label or id
/// @throws commandkit::WrongUsage for a slot that there is not, commandkit::Unreachable when
///         neither bridged nor slots.json tells of it
Facts find_out(const std::string& name, commandkit::Asking& asking, const Places& places);

} // namespace ctl
