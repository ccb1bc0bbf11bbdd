#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "hotplugd/static_tty.hpp"
#include "hotplugd/udev_event.hpp"

namespace hotplugd_tests {

/// Connectors into which adapters come and go as the kernel has it: a tty takes the lowest number
/// that is free, each enumeration has its time. What udevd tells of it piles up, and is taken from
/// the pile in order, out of order, or again.
class RandomWorld {
public:
    static constexpr std::size_t connectors = 6;
    inline static const std::string fixed_path = "/dev/serial/by-id/fixed";

    explicit RandomWorld(std::uint32_t seed) : random_(seed) {}

    std::size_t below(std::size_t end)
    {
        return std::uniform_int_distribution<std::size_t>{0, end - 1}(random_);
    }

    /// Somebody pulls one, or plugs one in: the same connector may be had by another tty next.
    void plug_or_unplug()
    {
        const auto connector = below(connectors);
        const auto there = std::ranges::find_if(
            plugged_, [&](const auto& tty) { return tty.second.connector == connector; });
        if (there == plugged_.end()) return plug(connector);
        auto gone = there->second.event;
        plugged_.erase(there);
        gone.action = "remove";
        gone.port.clear(); // sysfs has forgotten
        gone.vid.clear();
        told_.push_back(gone);
    }

    /// The next word of udevd; with `late`, any that it has not said yet.
    std::optional<hotplugd::UdevEvent> next(bool late)
    {
        if (told_.empty()) return std::nullopt;
        const auto at =
            told_.begin() +
            static_cast<std::ptrdiff_t>(late ? below(std::min<std::size_t>(told_.size(), 5)) : 0);
        auto event = *at;
        told_.erase(at);
        said_.push_back(event);
        return event;
    }
    /// Something that it has said already.
    std::optional<hotplugd::UdevEvent> again()
    {
        if (said_.empty()) return std::nullopt;
        return said_[said_.size() - 1 - below(std::min<std::size_t>(said_.size(), 10))];
    }
    void forget_what_is_queued() { told_.clear(); }

    std::vector<hotplugd::UdevEvent> truth() const
    {
        std::vector<hotplugd::UdevEvent> all;
        for (const auto& [number, tty] : plugged_) {
            all.push_back(tty.event);
            all.back().action = "exists";
        }
        return all;
    }
    /// A symlink of udevd's to whatever is at the last connector.
    std::vector<hotplugd::StaticTty> static_ttys() const
    {
        for (const auto& [number, tty] : plugged_)
            if (!tty.event.links.empty())
                return {{fixed_path, tty.event.devnode, tty.event.enumerated}};
        return {{fixed_path, {}, {}}};
    }

private:
    struct Tty {
        std::size_t connector = 0;
        hotplugd::UdevEvent event;
    };

    /// 0 and 1 are the ports of one interface, 4 is a connector without ID_PATH, 5 has the symlink.
    void plug(std::size_t connector)
    {
        std::size_t number = 0;
        while (plugged_.contains(number)) ++number;
        hotplugd::UdevEvent event;
        event.action = "add";
        event.devnode = "/dev/ttyUSB" + std::to_string(number);
        event.devpath = "/devices/usb1/1-" + std::to_string(connector) + event.devnode.substr(4);
        if (connector != 4)
            event.id_path = "usb-0:1." + std::to_string(connector == 1 ? 0 : connector) + ":1.0";
        if (connector <= 1) event.port = std::to_string(connector);
        if (connector == 5) event.links = {"/dev/serial/by-path/x", fixed_path};
        event.enumerated = std::to_string(clock_ += 1 + below(3));
        event.vid = "10c4";
        plugged_[number] = {connector, event};
        told_.push_back(event);
    }

    std::mt19937 random_;
    std::uint64_t clock_ = 1000;
    std::map<std::size_t, Tty> plugged_; // by number of the tty
    std::vector<hotplugd::UdevEvent> told_;
    std::vector<hotplugd::UdevEvent> said_;
};

} // namespace hotplugd_tests
