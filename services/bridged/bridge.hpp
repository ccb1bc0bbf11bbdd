#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "bridged/slot.hpp"
#include "bridged/slots_store.hpp"
#include "bus/alarm.hpp"
#include "bus/publisher.hpp"
#include "contract/messages.hpp"

namespace bridged {

/// All slots: makes them as slots.json says, gives them their devices, and tells the bus what
/// changed, at most once per slot and turn of the loop.
class Bridge {
public:
    Bridge(SlotContext context, SlotsStore& store);
    ~Bridge();
    Bridge(const Bridge&) = delete;
    Bridge& operator=(const Bridge&) = delete;

    void reload(); ///< slots.json; slots that did not change are not touched

    /// What slots.json would be; see SlotsStore.
    contract::SlotsFile file_with(const contract::SlotAssign& wanted)
    {
        return store_.with(wanted);
    }
    contract::SlotsFile file_without(std::string_view id) { return store_.without(id); }
    /// Writes slots.json and does what it says.
    /// @throws std::system_error, and nothing has changed
    void adopt(contract::SlotsFile file);

    void devices(const contract::HotplugSnapshot& snapshot); ///< these and no others
    void device_added(const contract::Device& device);
    void device_removed(const contract::Device& device);

    Slot* find(std::string_view id);
    Slot* by_key(std::string_view slot_key);
    Slot* find_record(std::string_view id); ///< also of one that is just being closed
    contract::BridgeSnapshot snapshot();
    contract::Json counters() const;

    void stop(std::function<void()> done); ///< clients closed, ttys closed with idle lines

private:
    struct Entry {
        std::unique_ptr<Slot> slot;
        std::optional<contract::Slot> published;
    };
    void reconcile();
    void retire(const std::string& id);
    void retired(const std::string& id);
    bool is_retiring(const contract::SlotConfig& config) const;
    bool is_wanted(const std::string& id) const;
    void create(const contract::SlotConfig& config);
    bool assign_unknown();
    void changed(News news);
    void publish_changes();

    SlotContext context_;
    SlotsStore& store_;
    std::map<std::string, Entry, std::less<>> slots_;
    std::map<std::string, std::unique_ptr<Slot>, std::less<>> retiring_; // closing their ttys
    std::map<std::string, contract::Device, std::less<>> devices_;       // by slot_key
    std::string devices_epoch_;                     ///< of the hotplugd whose snapshot came last
    std::set<std::string, std::less<>> unassigned_; // by a person, and still plugged in: slot_keys
    std::function<void()> stopped_;
    bool publish_pending_ = false;
    asio::steady_timer again_;
    bus::Alarm news_;                                            ///< changes that are told of soon
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true); // posted work may outlive us
};

} // namespace bridged
