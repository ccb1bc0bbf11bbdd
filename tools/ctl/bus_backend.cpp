#include "ctl/bus_backend.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "bus/subscriber.hpp"
#include "contract/messages.hpp"
#include "contract/names.hpp"
#include "contract/serial_verbs.hpp"
#include "contract/time.hpp"

namespace ctl {
namespace {

constexpr std::uint32_t scrollback = 16384;

std::string verb_of(std::string_view action)
{
    const bool serial = action == "reset" || action == "bootloader" || action == "break";
    return (serial ? "serial." : "slot.") + std::string(action);
}

Json with_slot(Json args, const std::string& name)
{
    args["slot"] = contract::slot_id(name); // the slug of an id is that id
    return args;
}

Json as_event(const contract::Event& event)
{
    Json told{{"time", contract::format_time(event.header.time)},
              {"event", contract::topics::kind_of(event.topic)},
              {"slot", contract::topics::slot_of(event.topic)}};
    told["body"] = contract::parse_json(event.body, event.topic);
    return told;
}

} // namespace

BusBackend::BusBackend(asio::io_context& io, zmq::context_t& zmq, commandkit::Asking& asking,
                       std::string runtime_dir)
    : io_(io), zmq_(zmq), asking_(asking), runtime_dir_(std::move(runtime_dir))
{
}

std::vector<Json> BusBackend::slots()
{
    const auto answer = asking_.ask("bridged", contract::verbs::snapshot);
    const auto& listed = contract::Fields{answer, "snapshot"}.array("slots");
    return std::vector<Json>(listed.begin(), listed.end());
}

Json BusBackend::act(const std::string& slot, std::string_view action, Json args)
{
    return asking_.ask("bridged", verb_of(action), with_slot(std::move(args), slot));
}

Json BusBackend::assign(Json wanted)
{
    return asking_.ask("bridged", contract::verbs::slot_assign, std::move(wanted));
}

Json BusBackend::unassign(const std::string& slot, Json args)
{
    return asking_.ask("bridged", contract::verbs::slot_unassign, with_slot(std::move(args), slot));
}

LogPage BusBackend::log(const LogWish& wish)
{
    auto args = with_slot(Json::object(), wish.slot);
    add_place(args, wish);
    const auto reply = asking_.call("loggerd", contract::verbs::log_read, std::move(args));
    const auto& answer = std::get<Json>(reply.result);
    const contract::Fields fields{answer, "log.read"};
    return {reply.frames.empty() ? "" : reply.frames.front(), fields.string("cursor"),
            fields.boolean("more")};
}

Json BusBackend::search(Json args)
{
    if (args.contains("slot")) args["slot"] = contract::slot_id(args["slot"].get<std::string>());
    return asking_.ask("loggerd", contract::verbs::log_search, std::move(args));
}

bool BusBackend::is_logged(const std::string& slot)
{
    auto args = with_slot(Json::object(), slot);
    args[contract::replay_tail] = 0;
    const auto end = asking_.ask("bridged", contract::verbs::serial_replay, args);
    const auto state =
        asking_.ask("loggerd", contract::verbs::snapshot).get<contract::LogSnapshot>();
    const auto found =
        std::ranges::find(state.slots, contract::slot_id(slot), &contract::LogState::slot);
    const contract::Fields fields{end, "serial.replay"};
    return found != state.slots.end() && found->cursor.epoch == fields.string("epoch") &&
           found->cursor.seq >= fields.counter("next_after_seq");
}

Output BusBackend::output(const std::string& slot, Place& place)
{
    auto args = with_slot(Json::object(), slot);
    if (place.known) {
        args["epoch"] = place.epoch;
        args["after_seq"] = place.after;
    } else {
        args[contract::replay_tail] = scrollback;
    }
    const auto reply = asking_.call("bridged", contract::verbs::serial_replay, std::move(args));
    const auto& answer = std::get<Json>(reply.result);
    const contract::Fields fields{answer, "serial.replay"};
    place = {fields.string("epoch"), fields.counter("next_after_seq"), true};

    Output output;
    output.more = fields.boolean("more");
    const auto recent = contract::wall_now() - std::chrono::seconds{1};
    for (const auto& event : contract::events_of(reply))
        if (contract::topics::kind_of(event.topic) == "serial.rx")
            output.parts.push_back({event.body, event.header.time >= recent});
    return output;
}

void BusBackend::write(const std::string& slot, std::string bytes, Json args)
{
    asking_.call("bridged", contract::verbs::serial_write, with_slot(std::move(args), slot),
                 std::move(bytes));
}

void BusBackend::follow(const std::function<void(const Json&)>& tell)
{
    asking_.ask("bridged", contract::verbs::ping); // says so, if there is nobody to listen to
    std::vector<std::unique_ptr<bus::Subscriber>> subscribers;
    const auto listen = [&](const char* daemon, std::initializer_list<std::string_view> topics) {
        subscribers.push_back(std::make_unique<bus::Subscriber>(
            io_, zmq_, contract::events_endpoint(runtime_dir_, daemon),
            [&tell](const contract::Event& event) { tell(as_event(event)); }));
        for (const auto topic : topics) subscribers.back()->subscribe(topic);
    };
    listen("hotplugd", {contract::topics::all_devices});
    listen("bridged", {contract::topics::all_slots});
    listen("loggerd", {"log.boot/", "log.alert/", "log.fault/"});
    io_.restart();
    io_.run();
}

} // namespace ctl
