#include "learn_slots/watch.hpp"

#include <chrono>
#include <iostream>
#include <utility>
#include <variant>

#include <unistd.h>

#include "contract/names.hpp"
#include "daemonkit/escape.hpp"

namespace learn_slots {
namespace {

// For bridged to tell of the slot that auto_assign gives: it hears of the device when we do.
constexpr std::chrono::milliseconds settle_time{500};
constexpr std::chrono::seconds write_time{10}; // to a slow SD card

} // namespace

Watch::Watch(asio::io_context& io, zmq::context_t& context, const Options& options,
             const contract::HotplugSnapshot& devices, const contract::BridgeSnapshot& slots)
    : io_(io),
      force_(options.force),
      slots_(slots.slots),
      naming_(voice()),
      input_(io, STDIN_FILENO, [this] { pump(); }),
      settle_(io,
              [this] {
                  naming_.settled();
                  pump();
              }),
      hotplugd_(io, context, options.runtime_dir, "hotplugd",
                {std::string(contract::topics::all_devices)}, device_handlers(),
                [this](const auto& what) { complain(what); }),
      bridged_(io, context, options.runtime_dir, "bridged",
               {std::string(contract::topics::all_slots)}, slot_handlers(),
               [this](const auto& what) { complain(what); })
{
    naming_.slots(slots_);
    naming_.begin(devices);
}

/// Said when nothing is missed any more.
void Watch::greet()
{
    if (std::exchange(greeted_, true)) return;
    std::cout
        << "\nPlug in one board after another. Enter keeps what is in brackets, Ctrl-C ends.\n"
        << "One that is plugged in already: unplug it, and plug it in again." << std::endl;
}

void Watch::run()
{
    asio::signal_set signals{io_, SIGINT, SIGTERM};
    signals.async_wait([this](auto, auto) { io_.stop(); });
    io_.restart();
    io_.run();
    std::cout << "\n" << naming_.summary() << std::flush;
}

Naming::Voice Watch::voice()
{
    const auto print = [](const std::string& text) { std::cout << text << std::flush; };
    return {.say = print,
            .prompt = print,
            .settle = [this] { settle_.at(std::chrono::steady_clock::now() + settle_time); },
            .assign = [this](const auto& wanted) { assign(wanted); }};
}

bus::StateFollower::Handlers Watch::device_handlers()
{
    return {.snapshot =
                [this](const contract::Json& json) {
                    greet();
                    naming_.present(json.get<contract::HotplugSnapshot>());
                    pump();
                },
            .event =
                [this](const contract::Event& event) {
                    const auto device = contract::body<contract::Device>(event);
                    if (event.topic == contract::topics::device_added)
                        naming_.plugged(device);
                    else
                        naming_.unplugged(device.slot_key);
                    pump();
                }};
}

bus::StateFollower::Handlers Watch::slot_handlers()
{
    return {.snapshot =
                [this](const contract::Json& json) {
                    slots_ = json.get<contract::BridgeSnapshot>().slots;
                    naming_.slots(slots_);
                    pump();
                },
            .event =
                [this](const contract::Event& event) {
                    if (contract::topics::kind_of(event.topic) == "slot.changed")
                        keep(contract::body<contract::Slot>(event));
                    else
                        std::erase_if(slots_, [&](const auto& slot) {
                            return slot.slot == contract::topics::slot_of(event.topic);
                        });
                    naming_.slots(slots_);
                    pump();
                }};
}

/// A slot that was renamed has another id, and the same connector.
void Watch::keep(const contract::Slot& slot)
{
    std::erase_if(slots_, [&](const auto& other) {
        return other.slot == slot.slot || other.slot_key == slot.slot_key;
    });
    slots_.push_back(slot);
}

void Watch::assign(const contract::SlotAssign& wanted)
{
    contract::Json args = wanted;
    if (force_) args["force"] = true;
    bridged_.requester().call(
        contract::verbs::slot_assign, std::move(args),
        [this](const contract::Reply& reply) { on_reply(reply); }, write_time);
}

void Watch::on_reply(const contract::Reply& reply)
{
    try {
        if (const auto* error = std::get_if<contract::Error>(&reply.result))
            naming_.refused(*error);
        else
            naming_.assigned(std::get<contract::Json>(reply.result).get<contract::SlotAssigned>());
    } catch (const contract::BadMessage& error) {
        naming_.refused({contract::ErrorCode::internal, error.what()});
    }
    pump();
}

/// Hands lines to whoever asks. On a terminal, what was typed before the question is no answer
/// to it; a pipe says all its answers at once.
void Watch::pump()
{
    while (naming_.asks()) {
        const auto line = input_.take();
        if (!line) break;
        if (!input_.is_terminal()) std::cout << daemonkit::escape_control_bytes(*line) << std::endl;
        naming_.line(*line);
    }
    if (input_.is_terminal()) input_.drop();
    if (input_.is_over() && !naming_.is_writing()) io_.stop();
}

void Watch::complain(const std::string& what)
{
    std::cerr << "\nrfc2217-learn-slots: " << daemonkit::escape_control_bytes(what) << std::endl;
}

} // namespace learn_slots
