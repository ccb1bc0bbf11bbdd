#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "contract/messages.hpp"
#include "hotplugd/static_tty.hpp"
#include "hotplugd/udev_event.hpp"

namespace hotplugd {

/// Which serial devices there are, by slot_key. Three witnesses are merged: udev (or sysfs
/// alone, where no udevd runs), static ttys and device.notify. After each word of any of them the
/// difference is announced, removals first, so that the announcements always add up to the table.
/// No I/O.
///
/// Rules: the last truth about a devnode wins. One slot_key has one device, the latest; where udevd
/// told since when it knows them, by its clock. So what comes late (an enumeration overtakes
/// what is queued) changes nothing: neither the add nor the remove of an earlier enumeration.
/// A device that a static tty leads to is listed under that tty's path alone. A claim of
/// device.notify names what udev does not see, and gives the ID_PATH to what sysfs alone sees.
class DeviceTable {
public:
    enum class Change { added, removed };
    /// Tells the world, and fills in the device's seq and time.
    using Announce = std::function<void(Change, contract::Device&)>;

    static constexpr std::size_t most_claims = 256;
    static constexpr std::size_t most_remembered = 1024; ///< slot_keys whose last seq is kept

    explicit DeviceTable(Announce announce);

    void apply(const UdevEvent& event);
    /// An enumeration: the whole truth of udev, replacing what was known from it.
    void replace(const std::vector<UdevEvent>& all);
    /// All that slots.json names, the absent ones too.
    void set_static(std::vector<StaticTty> ttys);

    /// device.notify. Counts from the next replace() on, which has to follow: what udev
    /// knows of the device shall be announced with it, once.
    /// False: there are most_claims claims already.
    bool claim(const std::string& slot_key, const std::string& devnode);
    /// @param devnode  "": whichever has the slot_key
    void unclaim(const std::string& slot_key, const std::string& devnode);

    std::vector<contract::Device> devices() const; ///< by slot_key
    std::size_t size() const { return listed_.size(); }
    /// Of the last announcement about the slot_key; 0 when there was none.
    std::uint64_t last_seq(const std::string& slot_key) const;
    /// The slot_key under which a devnode is listed, else `fallback`.
    std::string key_of(const std::string& devnode, const std::string& fallback) const;

private:
    struct Age {
        std::uint64_t since = 0; // by udevd's clock; 0: not known
        std::uint64_t order = 0; // in which we were told
    };
    struct Seen { // by udev
        contract::Device device;
        std::string enumerated;
        std::string id_path;
        Age age;
        std::string taken_by; // path of the static tty that leads here
    };
    struct Claim {
        std::string slot_key;
        Age age;
    };
    struct Listed {
        contract::Device device;
        std::string enumerated;
        Age age;
    };
    using Listing = std::map<std::string, Listed>;

    static bool is_older(const Age& a, const Age& b);
    static void put_latest(Listing& listing, Listed entry);
    void see(const UdevEvent& event);
    void forget(const UdevEvent& event);
    bool is_static(const std::string& devnode) const;
    std::string taker_of(const UdevEvent& event) const;
    bool is_taken(const std::string& devnode, const std::string& taken_by) const;
    Listing merged();
    void list_static(Listing& listing);
    void list_seen(Listing& listing) const;
    void list_claims(Listing& listing) const;
    void reconcile();
    void announce(Change change, contract::Device& device);

    Announce announce_;
    std::uint64_t order_ = 0;
    std::map<std::string, Seen> seen_;    // by devnode
    std::map<std::string, Claim> claims_; // by devnode
    std::vector<StaticTty> static_;
    Listing listed_; // by slot_key: what was announced
    std::map<std::string, std::uint64_t> last_seq_;
};

} // namespace hotplugd
