#include "portald/bus_presence.hpp"

#include "contract/names.hpp"

namespace portald {

BusPresence::BusPresence(asio::io_context& io, zmq::context_t& zmq, const std::string& runtime_dir,
                         const Facts& facts, std::uint16_t port, std::vector<AlertTarget> receivers,
                         AlertDelivery::Ask ask_loggerd)
    : events_(io, zmq, {contract::events_endpoint(runtime_dir, "portald")}, "portald"),
      delivery_(io, std::move(receivers), facts.hostname, std::move(ask_loggerd)),
      alerts_(io, zmq, contract::events_endpoint(runtime_dir, "loggerd"),
              [this](const contract::Event& event) { delivery_.on_event(event); }),
      requests_(io, zmq, contract::requests_endpoint(runtime_dir, "portald"), "portald",
                facts.version)
{
    events_.set_counters([this] { return delivery_.counters(); });
    alerts_.subscribe("log.alert/");
    alerts_.subscribe(std::string(contract::topics::heartbeat));
    requests_.on(
        contract::verbs::snapshot, bus::Responder::Repeats::run_again,
        [this, port](const contract::Request&, const bus::Answer& answer) {
            answer.ok(contract::PortalSnapshot{events_.last(contract::streams::state), port});
        });
}

BusPresence::~BusPresence()
{
    events_.set_counters({});
}

std::uint64_t BusPresence::alerts_waiting() const
{
    return delivery_.counters()["alerts"]["waiting"].get<std::uint64_t>();
}

} // namespace portald
