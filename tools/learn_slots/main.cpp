// rfc2217-learn-slots: which connector is which slot, and what to write into slots.json.

#include <iostream>

#include <zmq.hpp>

#include "commandkit/asking.hpp"
#include "commandkit/command_line.hpp"
#include "commandkit/style.hpp"
#include "contract/names.hpp"
#include "learn_slots/inventory.hpp"
#include "learn_slots/listing.hpp"
#include "learn_slots/watch.hpp"

namespace {

constexpr const char* epilogue =
    "Exit codes: 0 done; 1 a fault; 2 wrong usage; 3 a daemon cannot be "
    "reached, and the text says what to do.";

struct Options {
    commandkit::Places places;
    bool json = false;
    bool watch = false;
    bool force = false;
};

int learn(const Options& options)
{
    asio::io_context io{1};
    zmq::context_t zmq{1};
    commandkit::Asking asking{io, zmq, options.places.runtime_dir};
    const auto devices =
        asking.ask("hotplugd", contract::verbs::snapshot).get<contract::HotplugSnapshot>();
    const auto bridge =
        asking.ask("bridged", contract::verbs::snapshot).get<contract::BridgeSnapshot>();
    const auto& slots = bridge.slots;
    const auto connectors = learn_slots::connectors_of(devices.devices, slots);
    if (options.json) {
        std::cout << contract::to_text(learn_slots::as_json(connectors, slots)) << "\n";
        return commandkit::exit_ok;
    }
    std::cout << learn_slots::list(connectors, commandkit::Style::of_stdout());
    if (options.watch) {
        learn_slots::Watch{io, zmq, {options.places.runtime_dir, options.force}, devices, bridge}
            .run();
    } else if (!connectors.empty()) {
        const auto entries = learn_slots::entries_of(connectors, slots);
        std::cout << "\n" << learn_slots::lines_to_paste(entries);
    }
    return commandkit::exit_ok;
}

} // namespace

int main(int argc, char** argv)
{
    CLI::App app{"Lists serial devices, the connectors that they are in and their slots, and what "
                 "to write into slots.json",
                 "rfc2217-learn-slots"};
    app.footer(epilogue);
    Options options;
    commandkit::add_runtime_dir(app, options.places);
    auto* json = app.add_flag("--json", options.json, "One JSON object, for programs");
    auto* watch =
        app.add_flag("--watch", options.watch,
                     "Ask for the name and port of each connector that a board is plugged "
                     "into, and have them written")
            ->excludes(json);
    app.add_flag("--force", options.force,
                 "With --watch: change slots also while somebody is connected")
        ->needs(watch);
    return commandkit::run(argc, argv, app, [&] { return learn(options); });
}
