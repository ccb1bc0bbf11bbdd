#include "bus/state_follower.hpp"

#include "contract/names.hpp"

namespace bus {

namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto snapshot_deadline = 1s; // with the pause, heals well within 2 s
constexpr auto pause = 200ms;

} // namespace

StateFollower::StateFollower(asio::io_context& io, zmq::context_t& context,
                             const std::string& runtime_dir, const std::string& daemon,
                             const std::vector<std::string>& topics, Handlers handlers,
                             std::function<void(const std::string&)> complain)
    : handlers_(std::move(handlers)),
      complain_(std::move(complain)),
      retry_(io, [this] { ask(); }),
      requester_(io, context, contract::requests_endpoint(runtime_dir, daemon), daemon),
      subscriber_(io, context, contract::events_endpoint(runtime_dir, daemon),
                  [this](const contract::Event& event) { on_event(event); })
{
    for (const auto& topic : topics) subscriber_.subscribe(topic);
    subscriber_.subscribe(contract::topics::heartbeat);
    ask(); // after subscribing, so that a change in between is not missed
}

void StateFollower::on_event(const contract::Event& event)
{
    last_heard_ = Clock::now();
    if (event.topic == contract::topics::heartbeat) return on_heartbeat(event);
    switch (replica_.event(event.header.stamp)) {
    case Replica::Verdict::apply:
        return apply(event);
    case Replica::Verdict::resync:
        return ask();
    case Replica::Verdict::ignore:
        return;
    }
}

void StateFollower::on_heartbeat(const contract::Event& event)
{
    const auto heartbeat = contract::body<contract::Heartbeat>(event);
    const auto state = heartbeat.streams.find(std::string(contract::streams::state));
    if (state != heartbeat.streams.end() &&
        replica_.heartbeat(state->second) == Replica::Verdict::resync)
        ask();
    if (handlers_.heartbeat) handlers_.heartbeat(heartbeat);
}

void StateFollower::apply(const contract::Event& event)
try {
    handlers_.event(event);
} catch (const contract::BadMessage& error) {
    ask_later(error.what());
}

void StateFollower::ask()
{
    if (retry_.is_set()) return; // a failure just now; events must not make us ask in a storm
    replica_.asked();
    requester_.call(
        contract::verbs::snapshot, contract::Json::object(),
        [this](const contract::Reply& reply) { on_reply(reply); }, snapshot_deadline);
}

void StateFollower::on_reply(const contract::Reply& reply)
{
    if (const auto* error = std::get_if<contract::Error>(&reply.result)) {
        // Silence is no fault: the daemon is being started, or restarted.
        return ask_later(error->code == contract::ErrorCode::timeout ? "" : error->message);
    }
    last_heard_ = Clock::now();
    try {
        on_snapshot(std::get<contract::Json>(reply.result));
    } catch (const contract::BadMessage& error) {
        ask_later(error.what());
    }
}

void StateFollower::on_snapshot(const contract::Json& snapshot)
{
    if (!replica_.snapshot(snapshot.get<contract::Stamp>())) return ask();
    handlers_.snapshot(snapshot);
    complained_.clear();
}

void StateFollower::ask_later(const std::string& reason)
{
    replica_.failed();
    retry_.at(Clock::now() + pause);
    if (reason.empty() || reason == complained_) return;
    complained_ = reason;
    complain_(reason);
}

} // namespace bus
