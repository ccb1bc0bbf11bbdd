#include "portald/bus_watch.hpp"

#include <stdexcept>

#include <spdlog/spdlog.h>

#include "contract/names.hpp"

namespace portald {

namespace {

using namespace std::chrono_literals;

/// Heartbeats come every 5 s: two of them missed.
constexpr auto silent_for = 12s;
/// While we ask every second.
constexpr auto silent_when_asked = 4s;
constexpr auto ask_every = 1s;
constexpr auto call_deadline = 5s;

std::function<void(const std::string&)> complain(const std::string& daemon)
{
    return [daemon](const std::string& reason) { spdlog::warn("{}: {}", daemon, reason); };
}

} // namespace

BusWatch::BusWatch(asio::io_context& io, zmq::context_t& context, const std::string& runtime_dir,
                   Handlers handlers)
    : handlers_(std::move(handlers)),
      timer_(io),
      hotplugd_(io, context, runtime_dir, "hotplugd", {std::string(contract::topics::all_devices)},
                device_handlers(), complain("hotplugd")),
      bridged_(io, context, runtime_dir, "bridged", {std::string(contract::topics::all_slots)},
               slot_handlers(), complain("bridged")),
      loggerd_(io, context, runtime_dir, "loggerd", {}, log_handlers(), complain("loggerd")),
      log_lines_(io, context, contract::events_endpoint(runtime_dir, "loggerd"),
                 [this](const contract::Event& event) { on_log_line(event); })
{
    known_.up["portald"] = true;
}

bus::StateFollower::Handlers BusWatch::slot_handlers()
{
    return {.snapshot =
                [this](const contract::Json& snapshot) {
                    known_.replace_slots(snapshot.get<contract::BridgeSnapshot>());
                    heard("bridged");
                    handlers_.changed();
                },
            .event =
                [this](const contract::Event& event) {
                    known_.apply(event);
                    heard("bridged");
                    handlers_.changed();
                },
            .heartbeat =
                [this](const contract::Heartbeat& heartbeat) {
                    heard("bridged");
                    handlers_.bridge_counters(heartbeat.counters);
                }};
}

bus::StateFollower::Handlers BusWatch::device_handlers()
{
    return {.snapshot =
                [this](const contract::Json& snapshot) {
                    known_.replace_devices(snapshot.get<contract::HotplugSnapshot>());
                    heard("hotplugd");
                    handlers_.changed();
                },
            .event =
                [this](const contract::Event& event) {
                    known_.apply(event);
                    heard("hotplugd");
                    handlers_.changed();
                },
            .heartbeat = [this](const contract::Heartbeat&) { heard("hotplugd"); }};
}

bus::StateFollower::Handlers BusWatch::log_handlers()
{
    return {.snapshot = [this](const contract::Json&) { heard("loggerd"); },
            .event = [](const contract::Event&) {},
            .heartbeat = [this](const contract::Heartbeat&) { heard("loggerd"); }};
}

const Known& BusWatch::known()
{
    judge();
    return known_;
}

void BusWatch::call(const std::string& daemon, const std::string& verb, contract::Json args,
                    std::function<void(contract::Result)> on_result)
{
    follower(daemon).requester().call(
        verb, std::move(args),
        [on_result = std::move(on_result)](contract::Reply reply) {
            auto* ok = std::get_if<contract::Json>(&reply.result);
            if (ok && reply.frames.size() == 1) (*ok)["bytes"] = std::move(reply.frames.front());
            on_result(std::move(reply.result));
        },
        call_deadline);
}

bus::StateFollower& BusWatch::follower(const std::string& daemon)
{
    if (daemon == "hotplugd") return hotplugd_;
    if (daemon == "bridged") return bridged_;
    if (daemon == "loggerd") return loggerd_;
    throw std::logic_error("no daemon " + daemon);
}

void BusWatch::watched_by(Audience audience)
{
    const bool watched = audience == Audience::somebody;
    if (watched == watched_) return;
    watched_ = watched;
    timer_.cancel();
    if (!watched) return log_lines_.unsubscribe("log.line/");
    log_lines_.subscribe("log.line/");
    watched_since_ = Clock::now();
    look();
}

void BusWatch::heard(const std::string& daemon)
{
    heard_[daemon] = Clock::now();
    tell_who_is_up();
}

void BusWatch::on_log_line(const contract::Event& event)
{
    try {
        handlers_.line(std::string(contract::topics::slot_of(event.topic)),
                       contract::body<contract::LogLine>(event), event.header.time);
    } catch (const contract::BadMessage& bad) {
        spdlog::warn("loggerd: {}", bad.what());
    }
}

void BusWatch::judge()
{
    const auto now = Clock::now();
    const bool asked_long = watched_ && now - watched_since_ > silent_when_asked;
    const auto most = asked_long ? silent_when_asked : silent_for;
    for (const char* daemon : {"hotplugd", "bridged", "loggerd"}) {
        const auto when = heard_.find(daemon);
        known_.up[daemon] = when != heard_.end() && now - when->second < most;
    }
}

/// Apart from judge(): whoever asks for known() may have judged first.
void BusWatch::tell_who_is_up()
{
    judge();
    if (told_up_ == known_.up) return;
    told_up_ = known_.up;
    handlers_.changed();
}

/// Every second, while somebody watches.
void BusWatch::look()
{
    if (!watched_) return; // the timer had run out before it was cancelled
    for (const std::string daemon : {"hotplugd", "bridged", "loggerd"}) {
        auto& asked = follower(daemon).requester();
        if (asked.pending() > 8) continue; // it is down: enough questions wait for it
        asked.call(
            contract::verbs::ping, contract::Json::object(),
            [this, daemon](const contract::Reply& reply) {
                if (std::holds_alternative<contract::Json>(reply.result)) heard(daemon);
            },
            ask_every);
    }
    tell_who_is_up();
    timer_.expires_after(ask_every);
    timer_.async_wait([this](const boost::system::error_code& fault) {
        if (!fault) look();
    });
}

} // namespace portald
