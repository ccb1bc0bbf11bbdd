#include "portald/consoles.hpp"

#include <algorithm>
#include <vector>

#include "contract/names.hpp"

namespace portald {

namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

// A bridged that was killed took the request with it.
constexpr auto deadline = 1s;
/// Pages that are behind may have room again.
constexpr auto look_every = 40ms;

} // namespace

Consoles::Consoles(asio::io_context& io, zmq::context_t& context, const std::string& runtime_dir,
                   Ports ports)
    : io_(io),
      ports_(std::move(ports)),
      bridged_(io, context, contract::requests_endpoint(runtime_dir, "bridged"), "bridged"),
      bell_(io, context, contract::events_endpoint(runtime_dir, "bridged"),
            [this](const contract::Event& event) { on_event(event); }),
      alarm_(io, [this] { look(); })
{
}

void Consoles::said(PageId page, const std::string& message)
{
    std::visit([&](const auto& wanted) { on(page, wanted); }, read_page_message(message));
}

void Consoles::on(PageId page, const Follow& wanted)
{
    const auto* slot = ports_.known().slot_named(wanted.slot);
    if (!slot) {
        return tell(page,
                    not_followed_message(wanted.slot, "slot '" + wanted.slot + "' not found"));
    }
    auto& console = console_of(slot->slot);
    if (!console.is_followed_by(page) && followed_by(page) >= most_of_a_page) {
        tell(page, not_followed_message(wanted.slot, "16 slots are followed, which is the most"));
        return drop_unfollowed();
    }
    console.follow(page, wanted);
    alarm_.at_latest(Clock::now() + look_every);
}

void Consoles::on(PageId page, const Unfollow& wanted)
{
    const auto* slot = ports_.known().slot_named(wanted.slot);
    const auto found = consoles_.find(slot ? slot->slot : wanted.slot);
    if (found != consoles_.end()) found->second->unfollow(page);
    drop_unfollowed();
}

void Consoles::on(PageId page, const Misunderstood& wanted)
{
    tell(page, error_message(wanted.error));
}

void Consoles::tell(PageId page, std::string message)
{
    ports_.send(page, std::make_shared<const std::string>(std::move(message)));
}

std::size_t Consoles::followed_by(PageId page) const
{
    return static_cast<std::size_t>(std::ranges::count_if(
        consoles_, [&](const auto& one) { return one.second->is_followed_by(page); }));
}

std::size_t Consoles::followed() const
{
    std::size_t count = 0;
    for (const auto& [slot, console] : consoles_) count += console->followers();
    return count;
}

Console& Consoles::console_of(const std::string& slot)
{
    auto& console = consoles_[slot];
    if (console) return *console;
    if (consoles_.size() == 1) bell_.subscribe(contract::topics::heartbeat);
    console = std::make_unique<Console>(
        io_, slot,
        ConsolePorts{[this](PageId page, std::string text) { tell(page, std::move(text)); },
                     [this](PageId page) { return owed(page); },
                     [this](auto page, auto args, auto on_reply) {
                         replay(page, std::move(args), std::move(on_reply));
                     },
                     [this, slot](bool rings) { ring(slot, rings); }});
    return *console;
}

void Consoles::replay(std::optional<PageId> page, contract::Json args,
                      bus::Requester::ReplyHandler on_reply)
{
    if (page) ++readings_[*page];
    bridged_.call(
        contract::verbs::serial_replay, std::move(args),
        [this, page, on_reply = std::move(on_reply)](contract::Reply reply) {
            if (page && --readings_[*page] == 0) readings_.erase(*page);
            alarm_.at_latest(Clock::now() + look_every);
            on_reply(std::move(reply));
        },
        deadline);
}

std::optional<std::size_t> Consoles::owed(PageId page) const
{
    const auto owed = ports_.owed(page);
    const auto readings = readings_.find(page);
    if (!owed || readings == readings_.end()) return owed;
    return *owed + readings->second * ConsolePlace::most_sent;
}

void Consoles::ring(const std::string& slot, bool on)
{
    for (const auto& topic : {contract::topics::serial_rx(slot), contract::topics::serial_tx(slot)})
        on ? bell_.subscribe(topic) : bell_.unsubscribe(topic);
}

void Consoles::on_event(const contract::Event& event)
{
    alarm_.at_latest(Clock::now() + look_every);
    if (event.topic != contract::topics::heartbeat) {
        const auto found = consoles_.find(std::string(contract::topics::slot_of(event.topic)));
        if (found != consoles_.end()) found->second->heard(event.header.stamp);
        return;
    }
    const auto heartbeat = contract::body<contract::Heartbeat>(event);
    for (const auto& [slot, console] : consoles_) {
        const auto stamp = heartbeat.streams.find(contract::streams::serial(slot));
        if (stamp != heartbeat.streams.end()) console->heard(stamp->second);
    }
}

void Consoles::page_left()
{
    for (const auto& [slot, console] : consoles_) console->forget_gone();
    drop_unfollowed();
}

void Consoles::known_changed()
{
    const auto& known = ports_.known();
    if (!known.is_up("bridged")) return;
    for (const auto& [slot, console] : consoles_) {
        const bool is_there = std::ranges::any_of(
            known.slots, [&, &id = slot](const contract::Slot& one) { return one.slot == id; });
        if (!is_there) console->end(slot + " has been removed");
    }
    drop_unfollowed();
}

void Consoles::drop_unfollowed()
{
    const bool were_any = !consoles_.empty();
    std::erase_if(consoles_, [](const auto& one) { return one.second->followers() == 0; });
    if (were_any && consoles_.empty()) bell_.unsubscribe(contract::topics::heartbeat);
}

/// Each time another slot is first, so that none has all of a page's room.
void Consoles::look()
{
    bool again = false;
    auto console = consoles_.upper_bound(first_);
    for (auto left = consoles_.size(); left > 0; --left, ++console) {
        if (console == consoles_.end()) console = consoles_.begin();
        if (left == consoles_.size()) first_ = console->first;
        again = console->second->serve() || again;
    }
    drop_unfollowed();
    if (again) alarm_.at(Clock::now() + look_every);
}

} // namespace portald
