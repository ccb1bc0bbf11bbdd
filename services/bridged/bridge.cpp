#include "bridged/bridge.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <exception>
#include <utility>
#include <vector>

#include "bridged/batch.hpp"
#include "contract/names.hpp"

namespace bridged {

namespace {

constexpr std::chrono::seconds try_again_after{5}; // a slot whose ring file cannot be made

} // namespace

Bridge::Bridge(SlotContext context, SlotsStore& store)
    : context_(std::move(context)),
      store_(store),
      again_(context_.io),
      news_(context_.io, [this] { publish_changes(); })
{
    std::filesystem::create_directories(context_.history_dir);
    context_.publisher.last(contract::streams::state); // begun, so that a heartbeat tells of it
    reconcile();
}

Bridge::~Bridge()
{
    *alive_ = false;
}

void Bridge::reload()
{
    if (!store_.reload()) return;
    spdlog::info("{} read again: {} slots", store_.file().string(), store_.current().slots.size());
    assign_unknown(); // first: a slot that comes back as it was has not changed
    reconcile();
}

void Bridge::adopt(contract::SlotsFile file)
{
    const auto before = store_.current().slots;
    store_.write(std::move(file));
    const auto& now = store_.current().slots;
    for (const auto& slot : before)
        if (devices_.contains(slot.slot_key) &&
            std::ranges::find(now, slot.slot_key, &contract::SlotConfig::slot_key) == now.end())
            unassigned_.insert(slot.slot_key);
    assign_unknown();
    reconcile();
}

/// What slots.json says against what there is. Whoever has to go goes first, so that
/// ports and ttys are free for those who come.
void Bridge::reconcile()
{
    if (stopped_) return;
    const auto& wanted = store_.current().slots;
    std::vector<std::string> gone;
    for (const auto& [id, entry] : slots_)
        if (std::find(wanted.begin(), wanted.end(), entry.slot->config()) == wanted.end())
            gone.push_back(id);
    for (const auto& id : gone) retire(id);
    for (const auto& config : wanted)
        if (!slots_.contains(config.id) && !is_retiring(config)) create(config);
    changed(News::now);
}

/// Its tty is held until it is closed, whatever the slot is called now.
bool Bridge::is_retiring(const contract::SlotConfig& config) const
{
    return std::any_of(retiring_.begin(), retiring_.end(), [&](const auto& entry) {
        return entry.first == config.id || entry.second->config().slot_key == config.slot_key;
    });
}

bool Bridge::is_wanted(const std::string& id) const
{
    const auto& wanted = store_.current().slots;
    return std::any_of(wanted.begin(), wanted.end(),
                       [&](const auto& config) { return config.id == id; });
}

void Bridge::retire(const std::string& id)
{
    auto node = slots_.extract(id);
    Slot& slot = *(retiring_[id] = std::move(node.mapped().slot));
    slot.stop([this, alive = alive_, id] {
        asio::post(context_.io, [this, alive, id] {
            if (*alive) retired(id);
        });
    });
}

void Bridge::retired(const std::string& id)
{
    const auto slot = std::move(retiring_.extract(id).mapped());
    if (!stopped_ && !is_wanted(id)) {
        context_.publisher.publish(contract::streams::state, contract::topics::slot_removed(id),
                                   contract::SlotRemoved{id});
        context_.publisher.end_stream(contract::streams::serial(id));
        slot->forget_history();
    }
    if (!stopped_) return reconcile();
    if (retiring_.empty()) stopped_();
}

void Bridge::create(const contract::SlotConfig& config)
try {
    auto slot = std::make_unique<Slot>(context_, config, [this](News news) { changed(news); });
    Slot& made = *slot;
    slots_[config.id] = {std::move(slot), std::nullopt};
    if (const auto device = devices_.find(config.slot_key); device != devices_.end())
        made.device_added(device->second);
} catch (const std::exception& fault) {
    spdlog::error("{} is not served: {}", config.label, fault.what());
    again_.expires_after(try_again_after);
    again_.async_wait([this, alive = alive_](boost::system::error_code cancelled) {
        if (!cancelled && *alive) reconcile();
    });
}

Slot* Bridge::find(std::string_view id)
{
    const auto found = slots_.find(id);
    return found == slots_.end() ? nullptr : found->second.slot.get();
}

Slot* Bridge::find_record(std::string_view id)
{
    if (auto* const slot = find(id)) return slot;
    const auto leaving = retiring_.find(id);
    return leaving == retiring_.end() ? nullptr : leaving->second.get();
}

Slot* Bridge::by_key(std::string_view slot_key)
{
    for (auto& [id, entry] : slots_)
        if (entry.slot->config().slot_key == slot_key) return entry.slot.get();
    return nullptr;
}

/// After a restart of hotplugd this is mostly what is known already, and nothing happens. While it
/// is the same hotplugd, another number says that a device was pulled out and plugged in unheard.
void Bridge::devices(const contract::HotplugSnapshot& snapshot)
{
    const bool numbers_count = snapshot.stamp.epoch == devices_epoch_;
    devices_epoch_ = snapshot.stamp.epoch;
    const auto is_still_there = [&](const contract::Device& known) {
        return std::ranges::any_of(snapshot.devices, [&](const auto& device) {
            return device.slot_key == known.slot_key && (!numbers_count || device.seq == known.seq);
        });
    };
    std::vector<contract::Device> gone;
    for (const auto& [slot_key, device] : devices_)
        if (!is_still_there(device)) gone.push_back(device);
    for (auto& device : gone) {
        device.time = contract::wall_now();
        device_removed(device);
    }
    for (const auto& device : snapshot.devices) device_added(device);
}

void Bridge::device_added(const contract::Device& device)
{
    devices_[device.slot_key] = device;
    if (auto* slot = by_key(device.slot_key)) return slot->device_added(device);
    if (assign_unknown()) reconcile();
}

void Bridge::device_removed(const contract::Device& device)
{
    const auto known = devices_.find(device.slot_key);
    if (known == devices_.end() || known->second.devnode != device.devnode) return;
    devices_.erase(known);
    unassigned_.erase(device.slot_key);
    if (auto* slot = by_key(device.slot_key)) slot->device_removed(device);
}

/// @return whether slots.json says something new, and reconcile() has to follow
bool Bridge::assign_unknown()
{
    if (stopped_) return false;
    const auto& slots = store_.current().slots;
    std::vector<std::string> unknown;
    for (const auto& [slot_key, device] : devices_)
        if (!unassigned_.contains(slot_key) &&
            std::ranges::find(slots, slot_key, &contract::SlotConfig::slot_key) == slots.end())
            unknown.push_back(slot_key);
    return !unknown.empty() && store_.add_slots(unknown);
}

contract::BridgeSnapshot Bridge::snapshot()
{
    publish_changes();
    contract::BridgeSnapshot snapshot;
    snapshot.stamp = context_.publisher.last(contract::streams::state);
    // One that is being exchanged for another is there all the time.
    for (const auto& config : store_.current().slots)
        if (const auto* slot = find_record(config.id)) snapshot.slots.push_back(slot->state());
    return snapshot;
}

contract::Json Bridge::counters() const
{
    auto slots = contract::Json::object();
    for (const auto& [id, entry] : slots_) slots[id] = entry.slot->counters();
    return {{"slots", slots}};
}

void Bridge::changed(News news)
{
    if (news == News::soon)
        return news_.at_latest(std::chrono::steady_clock::now() + Batch::window);
    if (std::exchange(publish_pending_, true)) return;
    asio::post(context_.io, [this, alive = alive_] {
        if (*alive) publish_changes();
    });
}

void Bridge::publish_changes()
{
    publish_pending_ = false;
    news_.stop();
    for (auto& [id, entry] : slots_) {
        auto state = entry.slot->state();
        if (entry.published == state) continue;
        context_.publisher.publish(contract::streams::state, contract::topics::slot_changed(id),
                                   state);
        entry.published = std::move(state);
    }
}

void Bridge::stop(std::function<void()> done)
{
    stopped_ = std::move(done);
    std::vector<std::string> all;
    for (const auto& [id, entry] : slots_) all.push_back(id);
    for (const auto& id : all) retire(id);
    if (retiring_.empty()) stopped_();
}

} // namespace bridged
