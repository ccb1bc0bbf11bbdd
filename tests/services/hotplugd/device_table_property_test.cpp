#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "hotplugd/device_facts.hpp"
#include "hotplugd/device_table.hpp"
#include "services/hotplugd/random_world.hpp"

namespace hotplugd_tests {
namespace {

using hotplugd::DeviceTable;
using hotplugd::UdevEvent;
using Listing = std::map<std::string, std::string>; // devnode by slot_key

constexpr std::uint32_t seeds = 40;
constexpr int steps = 120;

/// What udev alone makes of it, put as simply as it can be.
class SimpleTable {
public:
    void apply(const UdevEvent& event)
    {
        const auto since = std::stoull(event.enumerated);
        const auto known = known_.find(event.devnode);
        if (known != known_.end() && since < known->second.first) return;
        if (event.action == "remove")
            known_.erase(event.devnode);
        else if (known == known_.end() || since > known->second.first)
            known_[event.devnode] = {since, hotplugd::describe(event).slot_key};
    }
    void replace(const std::vector<UdevEvent>& truth)
    {
        known_.clear();
        for (const auto& event : truth) apply(event);
    }
    Listing listing() const
    {
        std::map<std::string, std::uint64_t> latest;
        Listing listing;
        for (const auto& [devnode, entry] : known_) {
            const auto& [since, key] = entry;
            if (since < latest[key]) continue;
            latest[key] = since;
            listing[key] = devnode;
        }
        return listing;
    }

private:
    std::map<std::string, std::pair<std::uint64_t, std::string>> known_; // since when, slot_key
};

/// A table of which each announcement is held against what was announced before.
class Announced {
public:
    explicit Announced(std::uint32_t seed) : world(seed) {}

    Listing listed() const
    {
        Listing listing;
        std::set<std::string> devnodes;
        for (const auto& device : table.devices()) {
            EXPECT_TRUE(listing.emplace(device.slot_key, device.devnode).second)
                << "two devices at " << device.slot_key;
            EXPECT_TRUE(devnodes.insert(device.devnode).second) << device.devnode << " twice";
        }
        return listing;
    }
    void expect_to_add_up(const std::string& after) const
    {
        ASSERT_EQ(sum_, listed()) << "after " << after;
    }

private:
    void take(DeviceTable::Change change, contract::Device& device)
    {
        device.seq = ++seq_;
        const auto is_new = !sum_.contains(device.slot_key);
        if (change == DeviceTable::Change::added) {
            EXPECT_TRUE(is_new) << "added twice: " << device.slot_key;
            sum_[device.slot_key] = device.devnode;
        } else {
            EXPECT_FALSE(is_new) << "removed, and never added: " << device.slot_key;
            EXPECT_EQ(sum_[device.slot_key], device.devnode);
            sum_.erase(device.slot_key);
        }
    }
    Listing sum_;
    std::uint64_t seq_ = 0;

public:
    RandomWorld world;
    DeviceTable table{[this](auto change, auto& device) { take(change, device); }};
};

/// One of udevd's words, or none, to both.
void tell(DeviceTable& table, SimpleTable& simple, const std::optional<UdevEvent>& event)
{
    if (!event) return;
    table.apply(*event);
    simple.apply(*event);
}

void enumerate(DeviceTable& table, SimpleTable& simple, const RandomWorld& world)
{
    table.replace(world.truth());
    simple.replace(world.truth());
}

void live_through(Announced& run, SimpleTable& simple)
{
    auto& table = run.table;
    auto& world = run.world;
    for (int step = 0; step < steps; ++step) {
        const auto what = world.below(12);
        if (what < 5) world.plug_or_unplug();
        if (what >= 5 && what < 10) tell(table, simple, world.next(what >= 8));
        if (what == 10) tell(table, simple, world.again());
        if (what == 11 && world.below(3) == 0) {
            if (world.below(2) == 0) world.forget_what_is_queued(); // the kernel dropped events
            enumerate(table, simple, world);
        }
        ASSERT_NO_FATAL_FAILURE(run.expect_to_add_up("step " + std::to_string(step)));
        ASSERT_EQ(run.listed(), simple.listing()) << "after step " << step << ", kind " << what;
    }
}

TEST(DeviceTableProperty, ItIsWhatASimpleTableWouldBeAndInTheEndTheTruth)
{
    for (std::uint32_t seed = 1; seed <= seeds; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        Announced run{seed};
        SimpleTable simple;
        ASSERT_NO_FATAL_FAILURE(live_through(run, simple));
        while (const auto event = run.world.next(true)) run.table.apply(*event);
        enumerate(run.table, simple, run.world);
        ASSERT_EQ(run.listed(), simple.listing());
        ASSERT_EQ(run.listed().size(), run.world.truth().size()) << "a tty hides another";
        run.expect_to_add_up("the end");
    }
}

TEST(DeviceTableProperty, WhatIsToldInOrderEndsInTheTruthWithoutAnEnumeration)
{
    for (std::uint32_t seed = 1; seed <= seeds; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        Announced run{seed};
        for (int step = 0; step < steps; ++step) {
            run.world.plug_or_unplug();
            if (run.world.below(3) > 0)
                if (const auto event = run.world.next(false)) run.table.apply(*event);
            if (run.world.below(20) == 0) run.table.replace(run.world.truth()); // overtakes
        }
        while (const auto event = run.world.next(false)) run.table.apply(*event);
        const auto before = run.listed();
        run.table.replace(run.world.truth());
        ASSERT_EQ(before, run.listed());
    }
}

/// All three witnesses at once.
class Witnesses : public Announced {
public:
    using Announced::Announced;

    void claim_something()
    {
        const auto devnode = "/dev/ttyUSB" + std::to_string(world.below(10));
        const auto key = "claimed" + std::to_string(world.below(4));
        if (world.below(3) == 0)
            table.unclaim(key, world.below(2) == 0 ? devnode : "");
        else
            table.claim(key, devnode);
        table.replace(world.truth());
    }
    void step(std::size_t what)
    {
        if (what < 4) world.plug_or_unplug();
        // Of what is told, all is older than the symlinks: main() looks at those first.
        if (what >= 4) table.set_static(world.static_ttys());
        if (what == 6 || what == 7) claim_something();
        if (what == 8) table.replace(world.truth());
        if (what >= 9)
            if (const auto event = what == 9 ? world.again() : world.next(what == 10))
                table.apply(*event);
    }
    void expect_truth()
    {
        for (int i = 0; i < 4; ++i) table.unclaim("claimed" + std::to_string(i), "");
        table.set_static(world.static_ttys());
        table.replace(world.truth());
        auto left = listed();
        for (const auto& event : world.truth()) {
            const bool is_fixed = !event.links.empty();
            const auto key =
                is_fixed ? RandomWorld::fixed_path : hotplugd::describe(event).slot_key;
            const auto entry = left.find(key);
            if (entry != left.end()) {
                EXPECT_EQ(entry->second, is_fixed ? key : event.devnode);
                left.erase(entry);
            } else { // only what has no ID_PATH takes its key from a claim
                EXPECT_TRUE(event.id_path.empty()) << key;
                EXPECT_EQ(
                    std::erase_if(left, [&](const auto& l) { return l.second == event.devnode; }),
                    1u);
            }
        }
        EXPECT_THAT(left, testing::IsEmpty());
    }
};

TEST(DeviceTableProperty, WhateverTheWitnessesSayItAddsUpAndEndsInTheTruth)
{
    for (std::uint32_t seed = 1; seed <= seeds; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        Witnesses run{seed};
        for (int count = 0; count < steps; ++count) {
            const auto what = run.world.below(13);
            run.step(what);
            ASSERT_NO_FATAL_FAILURE(run.expect_to_add_up("step " + std::to_string(count) +
                                                         ", kind " + std::to_string(what)));
        }
        run.expect_truth();
        run.expect_to_add_up("the end");
        ASSERT_FALSE(testing::Test::HasFailure());
    }
}

} // namespace
} // namespace hotplugd_tests
