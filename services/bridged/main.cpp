// bridged: owns every tty, and gives each a TCP port.
#include <spdlog/spdlog.h>
#include <zmq.hpp>

#include "bridged/bridge.hpp"
#include "bridged/bus_door.hpp"
#include "bridged/config.hpp"
#include "bridged/fd_store.hpp"
#include "bridged/file_watch.hpp"
#include "bridged/requests.hpp"
#include "bridged/slots_store.hpp"
#include "bus/curve.hpp"
#include "bus/gatekeeper.hpp"
#include "bus/publisher.hpp"
#include "bus/responder.hpp"
#include "bus/state_follower.hpp"
#include "contract/names.hpp"
#include "daemonkit/audit_journal.hpp"
#include "daemonkit/audit_trail.hpp"
#include "daemonkit/command_line.hpp"
#include "daemonkit/freed_memory.hpp"
#include "daemonkit/instance_lock.hpp"
#include "daemonkit/lifetime.hpp"
#include "serial/port.hpp"

namespace {

constexpr auto name = "bridged";

void listen_over_tcp(bus::Publisher& publisher, const bridged::Config& config,
                     bridged::BusDoor& door)
{
    const auto& endpoint = *config.events_over_tcp;
    publisher.listen(endpoint, config.curve ? config.curve->secret : "",
                     [&door](const std::string& address) {
                         door.stranger(address, std::chrono::steady_clock::now());
                     });
    if (config.curve)
        spdlog::info("events at {}, public key {}", endpoint,
                     bus::curve_public_key(config.curve->secret).value_or(""));
    else
        spdlog::info("events at {}", endpoint);
}

bus::StateFollower::Handlers followed_by(bridged::Bridge& bridge)
{
    return {.snapshot =
                [&bridge](const contract::Json& snapshot) {
                    bridge.devices(snapshot.get<contract::HotplugSnapshot>());
                },
            .event =
                [&bridge](const contract::Event& event) {
                    const auto device = contract::body<contract::Device>(event);
                    if (event.topic == contract::topics::device_added)
                        bridge.device_added(device);
                    else
                        bridge.device_removed(device);
                }};
}

void serve(const daemonkit::Arguments& arguments, const std::string& bind)
{
    const auto config = bridged::read_config(arguments.settings, bind);
    bridged::SlotsStore store{arguments.slots_file};
    if (arguments.check_config) return;

    const auto runtime_dir = arguments.runtime_dir.string();
    daemonkit::keep_freed_memory();
    const daemonkit::InstanceLock lock{arguments.runtime_dir, name};
    asio::io_context io{1};
    zmq::context_t zmq{1};
    const auto ttys = std::make_shared<bridged::FdStore>(io);
    const auto make_port = [&ttys](asio::io_context& loop, serial::PortInterface::Events events) {
        return std::make_unique<serial::Port>(loop, std::move(events), ttys);
    };
    bridged::BusDoor door{config, [](const auto& complaint) { spdlog::warn("{}", complaint); }};
    const bus::Gatekeeper gatekeeper{io, zmq, [&door](const bus::Visitor& visitor) {
                                         return door.refusal(visitor.address, visitor.key,
                                                             std::chrono::steady_clock::now());
                                     }};
    bus::Publisher publisher{io, zmq, {contract::events_endpoint(runtime_dir, name)}, name};
    if (config.events_over_tcp) listen_over_tcp(publisher, config, door);
    bridged::Bridge bridge{{io, publisher, config, arguments.runtime_dir / "history", make_port},
                           store};
    publisher.set_counters([&bridge] { return bridge.counters(); });

    daemonkit::AuditTrail trail{io, daemonkit::tell_journal};
    bus::Responder requests{io, zmq, contract::requests_endpoint(runtime_dir, name), name,
                            daemonkit::version()};
    requests.tell_changes([&trail](const bus::Change& change) {
        trail.add(daemonkit::audit_entry(change.peer, change.request, change.result));
    });
    bridged::serve_requests(requests, bridge);
    bus::StateFollower hotplug{io,
                               zmq,
                               runtime_dir,
                               "hotplugd",
                               {std::string{contract::topics::all_devices}},
                               followed_by(bridge),
                               [](const std::string& text) { spdlog::warn("{}", text); }};
    const bridged::FileWatch watch{io, store.file(), [&bridge] { bridge.reload(); }};

    daemonkit::Lifetime lifetime{io};
    lifetime.on_reload([&bridge] { bridge.reload(); });
    lifetime.on_stop([&](auto done) {
        ttys->leave();
        bridge.stop(std::move(done));
    });
    lifetime.ready();
    io.run();
    publisher.set_counters({});
}

} // namespace

int main(int argc, char** argv)
{
    std::optional<std::string> bind;
    return daemonkit::run(
        argc, argv, name, "owns every tty and gives each a TCP port (RFC 2217 or raw)",
        [&bind](const daemonkit::Arguments& arguments) { serve(arguments, bind.value_or("")); },
        {{"--bind", &bind, "address that the slots' TCP ports listen on"}});
}
