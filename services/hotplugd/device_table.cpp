#include "hotplugd/device_table.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <set>
#include <utility>

#include "hotplugd/device_facts.hpp"

namespace hotplugd {

namespace {

/// Whether two mentions of a slot_key mean one enumeration of one tty. Texts are compared
/// only where nothing better tells: read in the middle of an unplug they come out empty.
bool is_same(const contract::Device& a, const std::string& enumerated_a, const contract::Device& b,
             const std::string& enumerated_b)
{
    if (a.devnode != b.devnode || enumerated_a != enumerated_b) return false;
    if (!enumerated_a.empty()) return true;
    return a.vid == b.vid && a.pid == b.pid && a.serial == b.serial;
}

/// udevd's time of first sight, when `enumerated` is one and no device number.
std::uint64_t since_of(const std::string& enumerated)
{
    std::uint64_t since = 0;
    const auto* end = enumerated.data() + enumerated.size();
    const auto read = std::from_chars(enumerated.data(), end, since);
    return read.ec == std::errc{} && read.ptr == end ? since : 0;
}

} // namespace

DeviceTable::DeviceTable(Announce announce) : announce_(std::move(announce)) {}

void DeviceTable::apply(const UdevEvent& event)
{
    if (event.action == "remove")
        forget(event);
    else if (event.action == "add" || event.action == "change")
        see(event);
    reconcile();
}

void DeviceTable::replace(const std::vector<UdevEvent>& all)
{
    std::set<std::string> there;
    for (const auto& event : all) there.insert(describe(event).devnode);
    std::erase_if(seen_, [&](const auto& entry) {
        const bool gone = !there.contains(entry.first);
        if (gone) claims_.erase(entry.first);
        return gone;
    });
    for (const auto& event : all) see(event);
    reconcile();
}

void DeviceTable::set_static(std::vector<StaticTty> ttys)
{
    static_ = std::move(ttys);
    reconcile();
}

bool DeviceTable::claim(const std::string& slot_key, const std::string& devnode)
{
    const auto seen = seen_.find(devnode);
    if (seen != seen_.end() && !seen->second.id_path.empty()) return true; // udev knows better
    if (!claims_.contains(devnode) && claims_.size() >= most_claims) return false;
    std::erase_if(claims_, [&](const auto& entry) {
        return entry.second.slot_key == slot_key && entry.first != devnode;
    });
    claims_[devnode] = {slot_key, {0, ++order_}};
    return true;
}

void DeviceTable::unclaim(const std::string& slot_key, const std::string& devnode)
{
    std::erase_if(claims_, [&](const auto& entry) {
        const bool is_meant = devnode.empty() || entry.first == devnode;
        return is_meant && entry.second.slot_key == slot_key && !seen_.contains(entry.first);
    });
}

void DeviceTable::see(const UdevEvent& event)
{
    Seen now{describe(event),
             event.enumerated,
             event.id_path,
             {since_of(event.enumerated), 0},
             taker_of(event)};
    if (is_torn(now.id_path)) return; // on its way out already: its remove follows
    if (now.device.devnode.empty() || now.device.slot_key.empty()) return;
    auto& entry = seen_[now.device.devnode];
    // Not by slot_key: read when sysfs is gone, a second port has lost its "-port1".
    const bool is_there = now.id_path.empty() ? entry.device.slot_key == now.device.slot_key
                                              : entry.id_path == now.id_path;
    if (is_there && is_same(entry.device, entry.enumerated, now.device, now.enumerated)) return;
    now.age.order = ++order_;
    if (event.action != "exists" && is_older(now.age, entry.age)) return;
    if (!now.id_path.empty()) claims_.erase(now.device.devnode);
    entry = std::move(now);
}

void DeviceTable::forget(const UdevEvent& event)
{
    const auto gone = describe(event);
    const auto entry = seen_.find(gone.devnode);
    if (entry == seen_.end()) return;
    const auto& known = entry->second;
    const auto since = since_of(event.enumerated);
    if (since != 0 && known.age.since != 0) {
        // A later one cannot go before this one has gone, though nobody told.
        if (since < known.age.since) return;
    } else {
        const bool another_slot =
            !event.id_path.empty() && !is_torn(event.id_path) && event.id_path != known.id_path;
        const bool another_enumeration = !event.enumerated.empty() && !known.enumerated.empty() &&
                                         event.enumerated != known.enumerated;
        if (another_slot || another_enumeration) return;
    }
    claims_.erase(entry->first);
    seen_.erase(entry);
}

bool DeviceTable::is_older(const Age& a, const Age& b)
{
    const bool by_clock = a.since != 0 && b.since != 0 && a.since != b.since;
    return by_clock ? a.since < b.since : a.order < b.order;
}

void DeviceTable::put_latest(Listing& listing, Listed entry)
{
    const auto [at, is_new] = listing.try_emplace(entry.device.slot_key, entry);
    if (!is_new && is_older(at->second.age, entry.age)) at->second = std::move(entry);
}

/// udevd makes its symlinks lead there before it tells; in a storm they are gone again
/// before we look.
std::string DeviceTable::taker_of(const UdevEvent& event) const
{
    const auto tty = std::ranges::find_if(static_, [&](const auto& known) {
        return std::ranges::count(event.links, known.path) > 0;
    });
    return tty == static_.end() ? std::string{} : tty->path;
}

bool DeviceTable::is_static(const std::string& devnode) const
{
    return std::ranges::any_of(
        static_, [&](const auto& tty) { return tty.path == devnode || tty.node == devnode; });
}

DeviceTable::Listing DeviceTable::merged()
{
    Listing listing;
    list_static(listing);
    list_seen(listing);
    list_claims(listing);
    return listing;
}

void DeviceTable::list_static(Listing& listing)
{
    for (const auto& tty : static_) {
        if (tty.node.empty()) continue;
        Listed entry{{}, tty.identity, {}};
        if (const auto seen = seen_.find(tty.node); seen != seen_.end()) {
            // Sticks until udev has seen this enumeration go: the path vanishes a
            // moment earlier, and the device must not show under its ID_PATH for that moment.
            seen->second.taken_by = tty.path;
            entry.device = seen->second.device;
            entry.enumerated += " " + seen->second.enumerated;
        }
        entry.device.slot_key = tty.path;
        entry.device.devnode = tty.path;
        listing.emplace(tty.path, std::move(entry));
    }
}

/// By a static tty that leads there, or did and leads nowhere now.
bool DeviceTable::is_taken(const std::string& devnode, const std::string& taken_by) const
{
    return std::ranges::any_of(static_, [&](const auto& tty) {
        if (tty.path == devnode) return true;
        return tty.path == taken_by && (tty.node.empty() || tty.node == devnode);
    });
}

void DeviceTable::list_seen(Listing& listing) const
{
    for (const auto& [devnode, seen] : seen_) {
        if (is_taken(devnode, seen.taken_by)) continue;
        Listed entry{seen.device, seen.enumerated, seen.age};
        if (const auto claim = claims_.find(devnode); claim != claims_.end())
            entry.device.slot_key = claim->second.slot_key;
        put_latest(listing, std::move(entry));
    }
}

void DeviceTable::list_claims(Listing& listing) const
{
    for (const auto& [devnode, claim] : claims_) {
        if (seen_.contains(devnode) || is_static(devnode)) continue;
        Listed entry{{}, {}, claim.age};
        entry.device.slot_key = claim.slot_key;
        entry.device.devnode = devnode;
        put_latest(listing, std::move(entry));
    }
}

void DeviceTable::reconcile()
{
    auto wanted = merged();
    for (auto old = listed_.begin(); old != listed_.end();) {
        const auto now = wanted.find(old->first);
        const bool stays =
            now != wanted.end() && is_same(old->second.device, old->second.enumerated,
                                           now->second.device, now->second.enumerated);
        if (!stays) announce(Change::removed, old->second.device);
        old = stays ? std::next(old) : listed_.erase(old);
    }
    for (auto& [key, entry] : wanted) {
        if (listed_.contains(key)) continue;
        announce(Change::added, entry.device);
        listed_.emplace(key, std::move(entry));
    }
}

void DeviceTable::announce(Change change, contract::Device& device)
{
    announce_(change, device);
    if (last_seq_.size() >= most_remembered && !last_seq_.contains(device.slot_key))
        last_seq_.erase(std::ranges::min_element(
            last_seq_, {}, [](const auto& remembered) { return remembered.second; }));
    last_seq_[device.slot_key] = device.seq;
}

std::vector<contract::Device> DeviceTable::devices() const
{
    std::vector<contract::Device> all;
    for (const auto& [key, entry] : listed_) all.push_back(entry.device);
    return all;
}

std::uint64_t DeviceTable::last_seq(const std::string& slot_key) const
{
    const auto found = last_seq_.find(slot_key);
    return found == last_seq_.end() ? 0 : found->second;
}

std::string DeviceTable::key_of(const std::string& devnode, const std::string& fallback) const
{
    for (const auto& [key, entry] : listed_)
        if (entry.device.devnode == devnode) return key;
    return fallback;
}

} // namespace hotplugd
