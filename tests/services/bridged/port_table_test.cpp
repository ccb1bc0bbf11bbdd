#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "services/bridged/a_bridge.hpp"

// Which connector has which port, whatever happens in whatever order: against a model that knows
// only what was promised. A failure names the seed.
namespace {

using namespace bridged_tests;

class ThePortTable : public ABridge {
protected:
    void begin(unsigned seed)
    {
        random.seed(seed);
        write(R"({"_note":"mine","auto_assign":{"first_port":)" + std::to_string(port_a) +
              R"(,"last_port":)" + std::to_string(port_a + 2) + R"(},"slots":[]})");
        restart();
    }
    unsigned any(unsigned count) { return std::uniform_int_distribution{0U, count - 1}(random); }
    std::string any_key() { return "key-" + std::to_string(any(5)); }

    void restart()
    {
        bridge.reset();
        start();
        bridge->devices(present());
        unassigned.clear();
    }
    contract::HotplugSnapshot present() const
    {
        contract::HotplugSnapshot snapshot;
        for (const auto& [key, device] : plugged) snapshot.devices.push_back(device);
        return snapshot;
    }
    void plug(const std::string& key)
    {
        contract::Device device;
        device.slot_key = key;
        device.devnode = "/dev/ttyUSB" + std::to_string(++names);
        ttys.plug(device.devnode);
        plugged[key] = device;
        bridge->device_added(device);
        if (any(4) == 0) bridge->device_added(device); // told twice
    }
    void unplug(const std::string& key)
    {
        const auto found = plugged.find(key);
        if (found == plugged.end()) return;
        const auto device = found->second;
        ttys.unplug(device.devnode);
        if (any(3) == 0) { // the next one is told before the remove
            plug(key);
            bridge->device_removed(device);
            return;
        }
        plugged.erase(found);
        unassigned.erase(key);
        bridge->device_removed(device);
    }
    void assign(const std::string& key)
    {
        contract::SlotAssign wanted;
        wanted.slot_key = key;
        if (any(2) == 0) wanted.label = "name " + std::to_string(any(4));
        if (any(2) == 0) wanted.tcp_port = static_cast<std::uint16_t>(port_a + any(6));
        try {
            bridge->adopt(bridge->file_with(wanted));
        } catch (const contract::BadMessage&) {
            return; // that label or port is another's, or no port is left
        }
        promised[key] = in_file(key)->tcp_port;
        EXPECT_EQ(promised[key], wanted.tcp_port.value_or(promised[key]));
    }
    void unassign(const std::string& key)
    {
        const auto slot = in_file(key);
        if (!slot) return;
        bridge->adopt(bridge->file_without(slot->id));
        promised.erase(key);
        if (plugged.contains(key)) unassigned.insert(key);
    }
    /// A person takes an entry out, or writes nonsense and puts it right again.
    void edit_by_hand()
    {
        const auto before = file();
        write(before.substr(0, before.size() / 2));
        bridge->reload();
        if (any(2) == 0) plug(any_key());
        write(before + "\n");
        bridge->reload();
    }
    void step()
    {
        const auto key = any_key();
        const auto what = any(16);
        if (what < 6) return plug(key);
        if (what < 11) return unplug(key);
        if (what == 11) return assign(key);
        if (what == 12) return unassign(key);
        if (what == 13) return edit_by_hand();
        if (what == 14) return restart();
        bridge->devices(present());
    }

    std::optional<contract::SlotConfig> in_file(const std::string& key) const
    {
        for (const auto& slot : contract::parse_slots(file(), "slots.json").slots)
            if (slot.slot_key == key) return slot;
        return std::nullopt;
    }
    /// What slots.json says is what was promised, and what the bridge does.
    void check()
    {
        const auto text = file();
        EXPECT_NE(text.find("mine"), std::string::npos);
        const auto slots = contract::parse_slots(text, "slots.json").slots;
        std::map<std::string, std::uint16_t> written;
        for (const auto& slot : slots) written[slot.slot_key] = slot.tcp_port;
        for (const auto& [key, port] : promised) EXPECT_EQ(written[key], port) << key;
        promised.insert(written.begin(), written.end());
        for (const auto& [key, device] : plugged)
            EXPECT_TRUE(written.contains(key) || unassigned.contains(key) || used_up(slots)) << key;
    }
    /// All ports that auto_assign may give are somebody's.
    bool used_up(const std::vector<contract::SlotConfig>& slots) const
    {
        return 3 == std::ranges::count_if(slots, [&](const auto& slot) {
                   return slot.tcp_port >= port_a && slot.tcp_port <= port_a + 2;
               });
    }
    bool is_settled(const std::string& key, std::uint16_t port)
    {
        auto* const slot = bridge->by_key(key);
        if (slot == nullptr || slot->state().tcp_port != port) return false;
        const auto state = slot->state();
        const auto device = plugged.find(key);
        if (device == plugged.end()) return !state.device && state.state != SlotState::opening;
        const auto tty = ttys.find(device->second.devnode);
        // By now it may well be one that comes and goes too often, and is left alone.
        return state.device == device->second &&
               (state.state == SlotState::flapping ||
                (state.state == SlotState::idle && tty && tty->is_open));
    }

    std::mt19937 random;
    unsigned names = 0;
    std::map<std::string, contract::Device> plugged;
    std::map<std::string, std::uint16_t> promised;
    std::set<std::string> unassigned;
};

TEST_F(ThePortTable, KeepsItsPromisesThroughAnySequenceOfEvents)
{
    for (unsigned seed = 1; seed <= 8; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        plugged.clear();
        promised.clear();
        begin(seed);
        for (int count = 0; count < 60; ++count) {
            step();
            if (any(4) == 0) run_what_is_ready();
            check();
            if (HasFailure()) return;
        }
        EXPECT_TRUE(run_until([&] {
            return std::ranges::all_of(promised, [&](const auto& promise) {
                return is_settled(promise.first, promise.second);
            });
        }));
        EXPECT_EQ(bridge->snapshot().slots.size(), promised.size());
    }
}

} // namespace
