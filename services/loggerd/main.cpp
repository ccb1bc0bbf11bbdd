// loggerd: writes what every board says, and what is said to it, into files.
#include <zmq.hpp>

#include "bus/publisher.hpp"
#include "bus/responder.hpp"
#include "contract/names.hpp"
#include "daemonkit/command_line.hpp"
#include "daemonkit/freed_memory.hpp"
#include "daemonkit/instance_lock.hpp"
#include "daemonkit/lifetime.hpp"
#include "loggerd/archive.hpp"
#include "loggerd/bus_events.hpp"
#include "loggerd/config.hpp"
#include "loggerd/file_disk.hpp"
#include "loggerd/local_time.hpp"
#include "loggerd/log_requests.hpp"
#include "loggerd/logger.hpp"
#include "loggerd/reports.hpp"
#include "loggerd/worker.hpp"

namespace {

constexpr auto name = "loggerd";

void serve(const daemonkit::Arguments& arguments, const std::string& log_dir)
{
    const auto read_config = [&] {
        return loggerd::read_config(daemonkit::Settings::read(arguments.settings_file), log_dir);
    };
    const auto config = read_config();
    if (arguments.check_config) return;

    const auto runtime_dir = arguments.runtime_dir.string();
    daemonkit::keep_freed_memory();
    const daemonkit::InstanceLock lock{arguments.runtime_dir, name};
    loggerd::FileDisk disk{config.dir, arguments.state_dir / "logger"};
    asio::io_context io{1};
    loggerd::Worker worker{io};
    zmq::context_t zmq{1};

    bus::Publisher publisher{io, zmq, {contract::events_endpoint(runtime_dir, name)}, name};
    loggerd::Reports reports{io, arguments.state_dir / "logger" / "reports"};
    loggerd::BusEvents events{publisher, reports};
    loggerd::Logger logger{io, zmq, runtime_dir, config, disk, events};
    publisher.set_counters([&] {
        auto counters = logger.counters();
        counters["newest_alert"] = reports.newest_alert();
        return counters;
    });
    loggerd::Archive archive{
        io,         worker,        disk,
        config.dir, config.limits, [&](const auto& today) { return logger.files_in_use(today); }};
    disk.on_untidy([&] { archive.tidy_soon(); });

    bus::Responder requests{io, zmq, contract::requests_endpoint(runtime_dir, name), name,
                            daemonkit::version()};
    requests.on(contract::verbs::snapshot, bus::Responder::Repeats::run_again,
                [&](const auto&, auto answer) {
                    answer.ok(logger.snapshot(publisher.last(contract::streams::state)));
                });
    loggerd::LocalTime clock;
    loggerd::LogRequests logs{worker, config.dir, [&] {
                                  const auto now = clock.text(contract::wall_now());
                                  return loggerd::owners_of(logger.snapshot({}), logger.boards(),
                                                            std::string_view{now}.substr(0, 10));
                              }};
    logs.serve(requests);
    reports.serve(requests);

    daemonkit::Lifetime lifetime{io};
    lifetime.on_reload_begin_again(read_config);
    lifetime.on_stop([&](auto done) { logger.stop(std::move(done)); });
    lifetime.ready();
    io.run();
    disk.on_untidy([] {});
    publisher.set_counters({});
}

} // namespace

int main(int argc, char** argv)
{
    std::optional<std::string> log_dir;
    return daemonkit::run(
        argc, argv, name, "writes what every board says, and what is said to it, into files",
        [&](const daemonkit::Arguments& arguments) { serve(arguments, log_dir.value_or("")); },
        {{"--log-dir", &log_dir, "folder of the log files"}});
}
