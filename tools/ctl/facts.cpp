#include "ctl/facts.hpp"

#include <algorithm>

#include <sys/stat.h>
#include <unistd.h>

#include "commandkit/command_line.hpp"
#include "contract/names.hpp"
#include "ctl/listeners.hpp"
#include "daemonkit/files.hpp"

namespace ctl {
namespace {

template<typename Slots>
const auto& slot_named(const std::string& name, const Slots& slots, const auto& id_of)
{
    const auto found = std::ranges::find_if(
        slots, [&](const auto& slot) { return slot.label == name || id_of(slot) == name; });
    if (found != slots.end()) return *found;
    std::string known;
    for (const auto& slot : slots) known += (known.empty() ? "" : ", ") + slot.label;
    throw commandkit::WrongUsage("there is no slot " + name + "; there " +
                                 (known.empty() ? "are none" : "are: " + known));
}

/// The daemon's snapshot; nothing when it cannot be asked, which is then said in `silent`.
template<typename Snapshot>
std::optional<Snapshot> snapshot_of(const std::string& daemon, commandkit::Asking& asking,
                                    Facts& facts)
try {
    return asking.ask(daemon, contract::verbs::snapshot).template get<Snapshot>();
} catch (const std::exception& error) {
    facts.silent[daemon] = error.what();
    return std::nullopt;
}

/// Whether it answers at all: what it has to say does not matter here.
void look_for(const std::string& daemon, commandkit::Asking& asking, Facts& facts)
try {
    asking.ask(daemon, contract::verbs::snapshot);
} catch (const commandkit::Refused&) {
    // It does.
} catch (const std::exception& error) {
    facts.silent[daemon] = error.what();
}

/// bridged goes on with what it had when a person's edit is wrong.
std::string fault_of(const std::filesystem::path& slots_file)
try {
    contract::parse_slots(daemonkit::read_file(slots_file), slots_file.string());
    return {};
} catch (const contract::BadMessage& error) {
    return error.what();
} catch (const std::exception&) {
    return {}; // that there is none, or not for us, is no fault of the file
}

contract::SlotsFile slots_of_file(const Places& places, const std::string& silence)
try {
    return contract::parse_slots(daemonkit::read_file(places.slots_file),
                                 places.slots_file.string());
} catch (const std::exception& error) {
    throw commandkit::Unreachable(silence + "; and " + error.what());
}

void take(const contract::Slot& slot, Facts& facts)
{
    facts.slot = slot;
    facts.label = slot.label;
    facts.id = slot.slot;
    facts.slot_key = slot.slot_key;
    facts.tcp_port = slot.tcp_port;
    facts.device = slot.device;
    // Not the devnode of a board that has gone: another may have it by now.
    if (slot.device) facts.devnode = slot.device->devnode;
}

/// bridged is silent: the slot as slots.json has it.
void take_from_file(const std::string& name, const Places& places, Facts& facts)
{
    const auto content = slots_of_file(places, facts.silent["bridged"]);
    const auto& slot = slot_named(name, content.slots, [](const auto& one) { return one.id; });
    facts.label = slot.label;
    facts.id = slot.id;
    facts.slot_key = slot.slot_key;
    facts.tcp_port = slot.tcp_port;
}

/// A fixed tty's path, else what udev's own link by ID_PATH leads to; USB serial adapters number
/// their ports there.
std::string devnode_without_hotplugd(const Facts& facts, const Places& places)
{
    const auto& key = facts.slot_key;
    if (key.starts_with('/')) return key.starts_with("/devices/") ? "" : key;
    if (!facts.silent.contains("hotplugd")) return {}; // it knows that there is none
    for (const char* port : {"", "-port0"}) {
        std::error_code none;
        const auto target = std::filesystem::canonical(places.by_path / (key + port), none);
        if (!none) return target.string();
    }
    return {};
}

void look_at_tty(const ProcessTable& processes, Facts& facts)
{
    struct stat tty {};
    facts.is_there = !facts.devnode.empty() && ::stat(facts.devnode.c_str(), &tty) == 0;
    if (facts.is_there && S_ISCHR(tty.st_mode)) facts.holders = processes.with_device(tty);
}

} // namespace

std::vector<std::string> slot_names(commandkit::Asking& asking, const Places& places)
{
    Facts facts;
    std::vector<std::string> names;
    if (const auto bridge = snapshot_of<contract::BridgeSnapshot>("bridged", asking, facts))
        for (const auto& slot : bridge->slots) names.push_back(slot.label);
    else
        for (const auto& slot : slots_of_file(places, facts.silent["bridged"]).slots)
            names.push_back(slot.label);
    return names;
}

Facts find_out(const std::string& name, commandkit::Asking& asking, const Places& places)
{
    Facts facts;
    if (const auto bridge = snapshot_of<contract::BridgeSnapshot>("bridged", asking, facts))
        take(slot_named(name, bridge->slots, [](const auto& one) { return one.slot; }), facts);
    else
        take_from_file(name, places, facts);

    const auto hotplug = snapshot_of<contract::HotplugSnapshot>("hotplugd", asking, facts);
    if (hotplug && !facts.device) {
        const auto device =
            std::ranges::find(hotplug->devices, facts.slot_key, &contract::Device::slot_key);
        if (device != hotplug->devices.end()) facts.device = *device;
        if (facts.device) facts.devnode = facts.device->devnode;
    }
    for (const auto* daemon : {"loggerd", "portald"}) look_for(daemon, asking, facts);
    facts.slots_fault = fault_of(places.slots_file);
    if (facts.devnode.empty()) facts.devnode = devnode_without_hotplugd(facts, places);

    const ProcessTable processes{places.proc};
    look_at_tty(processes, facts);
    const auto inodes = listening_on(facts.tcp_port, places.proc);
    facts.is_listened_on = !inodes.empty();
    facts.listeners = processes.with_sockets(inodes);
    facts.braille = processes.named("brltty");
    facts.sees_all = ::geteuid() == 0 && !processes.is_blind_to_some();
    return facts;
}

} // namespace ctl
