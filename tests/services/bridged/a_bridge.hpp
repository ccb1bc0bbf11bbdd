#pragma once

#include <cstdint>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>

#include "bridged/bridge.hpp"
#include "services/bridged/bridge_fixture.hpp"

namespace bridged_tests {

using contract::SlotState;

/// A bridge with a slots.json of its own; devices are plugged in by hand.
class ABridge : public OnALoop {
protected:
    void write(const std::string& text) { std::ofstream{folder / "slots.json"} << text; }
    std::string file() const
    {
        std::ifstream in{folder / "slots.json"};
        return {std::istreambuf_iterator<char>{in}, {}};
    }
    static std::string entry(const std::string& label, std::uint16_t port)
    {
        return R"({"label":")" + label + R"(","slot_key":"key-)" + label + R"(","tcp_port":)" +
               std::to_string(port) + "}";
    }
    static std::string slots(const std::string& entries)
    {
        return R"({"slots":[)" + entries + "]}";
    }
    void start()
    {
        store = std::make_unique<bridged::SlotsStore>(folder / "slots.json");
        bridge = std::make_unique<bridged::Bridge>(context(), *store);
    }
    contract::Device plug_in(const std::string& label)
    {
        contract::Device board;
        board.slot_key = "key-" + label;
        board.devnode = "/dev/tty" + label;
        ttys.plug(board.devnode);
        return board;
    }
    bool is(const std::string& id, SlotState state)
    {
        auto* const slot = bridge->find(id);
        return slot != nullptr && slot->state().state == state;
    }
    std::uint64_t opens(const std::string& id)
    {
        return bridge->counters()["slots"][id]["opens"].get<std::uint64_t>();
    }

    std::uint16_t port_a = free_port();
    std::uint16_t port_b = free_port();
    std::unique_ptr<bridged::SlotsStore> store;
    std::unique_ptr<bridged::Bridge> bridge;
};

} // namespace bridged_tests
