// hotplugd: tells the bus which serial devices there are. Never opens one.

#include <variant>

#include <zmq.hpp>

#include "bus/publisher.hpp"
#include "bus/responder.hpp"
#include "contract/names.hpp"
#include "contract/verbs.hpp"
#include "daemonkit/audit_journal.hpp"
#include "daemonkit/audit_trail.hpp"
#include "daemonkit/command_line.hpp"
#include "daemonkit/instance_lock.hpp"
#include "daemonkit/lifetime.hpp"
#include "hotplugd/announcer.hpp"
#include "hotplugd/config.hpp"
#include "hotplugd/device_table.hpp"
#include "hotplugd/notify_desk.hpp"
#include "hotplugd/static_ttys.hpp"
#include "hotplugd/udev_monitor.hpp"

namespace {

constexpr const char* name = "hotplugd";
using Repeats = bus::Responder::Repeats;

void offer_verbs(bus::Responder& requests, hotplugd::Announcer& announcer,
                 hotplugd::DeviceTable& table, hotplugd::NotifyDesk& notify)
{
    requests.on(contract::verbs::snapshot, Repeats::run_again,
                [&](const auto&, auto answer) { answer.ok(announcer.snapshot(table)); });
    requests.on(contract::verbs::device_notify, Repeats::answer_again,
                [&](const auto& request, auto answer) {
                    const auto result =
                        notify.answer(request.args.template get<contract::DeviceNotify>());
                    if (const auto* refusal = std::get_if<contract::Error>(&result))
                        answer.error(refusal->code, refusal->message);
                    else
                        answer.ok(std::get<contract::Json>(result));
                });
}

void serve(const daemonkit::Arguments& arguments)
{
    const auto config = hotplugd::load_config(arguments.settings);
    if (arguments.check_config) {
        hotplugd::StaticTtys::devnodes_in(arguments.slots_file);
        return;
    }
    const auto runtime_dir = arguments.runtime_dir.string();
    const daemonkit::InstanceLock lock{runtime_dir, name};
    asio::io_context io{1};
    zmq::context_t zmq{1};
    daemonkit::Lifetime lifetime{io};

    bus::Publisher events{io, zmq, {contract::events_endpoint(runtime_dir, name)}, name};
    hotplugd::Announcer announcer{events};
    hotplugd::DeviceTable table{
        [&](auto change, auto& device) { announcer.announce(change, device); }};
    events.set_counters([&] { return announcer.counters(table); });

    hotplugd::StaticTtys static_ttys{io, arguments.slots_file,
                                     [&](const auto& ttys) { table.set_static(ttys); }};
    hotplugd::UdevMonitor udev{
        io,
        {.is_wanted = [&](const auto& devnode) { return config.devnodes.match(devnode); },
         .events =
             [&](const auto& batch) {
                 // A device that a static tty leads to is that tty. One look for all of
                 // them: it costs more than the rest when slots.json names many.
                 static_ttys.check();
                 for (const auto& event : batch) table.apply(event);
             },
         .all =
             [&](const auto& devices) {
                 static_ttys.check();
                 table.replace(devices);
             }}};
    hotplugd::NotifyDesk notify{table, config.devnodes, [&] { udev.enumerate(); }};

    daemonkit::AuditTrail trail{io, daemonkit::tell_journal};
    bus::Responder requests{io, zmq, contract::requests_endpoint(runtime_dir, name), name,
                            daemonkit::version()};
    requests.tell_changes([&trail](const bus::Change& change) {
        trail.add(daemonkit::audit_entry(change.peer, change.request, change.result));
    });
    offer_verbs(requests, announcer, table, notify);

    static_ttys.start();
    udev.enumerate();
    lifetime.on_reload([&] {
        static_ttys.reload();
        udev.enumerate();
    });
    lifetime.ready();
    io.run();
}

} // namespace

int main(int argc, char** argv)
{
    return daemonkit::run(argc, argv, name, "Tells the bus which serial devices there are", serve);
}
