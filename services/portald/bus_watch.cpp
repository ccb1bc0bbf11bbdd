#include "portald/bus_watch.hpp"

#include <stdexcept>

#include <spdlog/spdlog.h>

#include "contract/log_fault.hpp"
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

/// "slots" of a heartbeat's counters, if that is what it is.
contract::Json slots_of(const contract::Json& counters)
{
    const auto slots = counters.find("slots");
    return slots != counters.end() && slots->is_object() ? *slots : contract::Json(nullptr);
}

void put_fault(Known& known, const std::string& slot, const std::optional<std::string>& fault)
{
    known.log_faults.erase(slot);
    if (fault) known.log_faults[slot] = *fault;
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
      log_events_(io, context, contract::events_endpoint(runtime_dir, "loggerd"),
                  [this](const contract::Event& event) { on_log_event(event); })
{
    known_.up["portald"] = true;
    log_events_.subscribe("log.alert/");
    log_events_.subscribe("log.boot/");
    log_events_.subscribe("log.fault/");
}

bus::StateFollower::Handlers BusWatch::slot_handlers()
{
    return {.snapshot =
                [this](const contract::Json& snapshot) {
                    known_.replace_slots(snapshot.get<contract::BridgeSnapshot>());
                    ++known_.resyncs["bridged"];
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
                    known_.bridge_counters = slots_of(heartbeat.counters);
                    handlers_.bridge_counters(heartbeat.counters);
                }};
}

bus::StateFollower::Handlers BusWatch::device_handlers()
{
    return {.snapshot =
                [this](const contract::Json& snapshot) {
                    known_.replace_devices(snapshot.get<contract::HotplugSnapshot>());
                    ++known_.resyncs["hotplugd"];
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
    return {.snapshot = [this](const contract::Json& snapshot) { on_log_snapshot(snapshot); },
            .event = [](const contract::Event&) {},
            .heartbeat = [this](const contract::Heartbeat& beat) { on_log_counters(beat); }};
}

const Known& BusWatch::known()
{
    judge();
    return known_;
}

void BusWatch::call(BusCall call, std::function<void(contract::Result)> on_result)
{
    follower(call.daemon)
        .requester()
        .call(
            call.verb, std::move(call.args),
            [on_result = std::move(on_result)](contract::Reply reply) {
                auto* ok = std::get_if<contract::Json>(&reply.result);
                if (ok && reply.frames.size() == 1)
                    (*ok)["bytes"] = std::move(reply.frames.front());
                on_result(std::move(reply.result));
            },
            call_deadline, std::move(call.bytes));
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
    if (!watched) return log_events_.unsubscribe("log.line/");
    log_events_.subscribe("log.line/");
    watched_since_ = Clock::now();
    look();
}

void BusWatch::heard(const std::string& daemon)
{
    heard_[daemon] = Clock::now();
    tell_who_is_up();
}

void BusWatch::on_log_event(const contract::Event& event)
{
    try {
        const auto kind = contract::topics::kind_of(event.topic);
        const std::string slot(contract::topics::slot_of(event.topic));
        if (kind == "log.line") {
            return handlers_.line(slot, contract::body<contract::LogLine>(event),
                                  event.header.time);
        }
        if (kind == "log.fault") {
            put_fault(known_, slot, contract::body<contract::LogFault>(event).fault);
            return handlers_.changed();
        }
        const auto news = known_.news.take(event);
        if (news && handlers_.board_news) handlers_.board_news(*news);
    } catch (const contract::BadMessage& bad) {
        spdlog::warn("loggerd: {}", bad.what());
    }
}

void BusWatch::on_log_snapshot(const contract::Json& snapshot)
{
    ++known_.resyncs["loggerd"];
    known_.log_faults.clear();
    for (const auto& slot : contract::Fields(snapshot, "loggerd").array("slots")) {
        const contract::Fields fields(slot, "loggerd: slots");
        put_fault(known_, fields.string("slot"), fields.string_or_null("fault"));
    }
    heard("loggerd");
    handlers_.changed();
    catch_up("alert");
    catch_up("boot");
}

/// What was told before we were there, or while loggerd could not be heard.
void BusWatch::catch_up(const std::string& kind)
{
    contract::LogReportsArgs args;
    args.kind = kind;
    args.last = BoardNews::most;
    call({"loggerd", std::string(contract::verbs::log_reports), args, {}, {}},
         [this, kind](const contract::Result& result) {
             const auto* json = std::get_if<contract::Json>(&result);
             if (!json) return;
             try {
                 for (const auto& report : json->get<contract::LogReportsAnswer>().reports) {
                     const auto news = known_.news.take(kind, report);
                     if (news && caught_up_ && handlers_.board_news) handlers_.board_news(*news);
                 }
             } catch (const contract::BadMessage& bad) {
                 spdlog::warn("loggerd: {}", bad.what());
             }
             caught_up_ = caught_up_ || kind == "boot"; // which is the second
         });
}

void BusWatch::on_log_counters(const contract::Heartbeat& heartbeat)
{
    heard("loggerd");
    auto counters = slots_of(heartbeat.counters);
    if (counters == known_.log_counters) return;
    known_.log_counters = std::move(counters);
    handlers_.changed();
}

void BusWatch::judge()
{
    const auto now = Clock::now();
    const bool asked_long = watched_ && now - watched_since_ > silent_when_asked;
    const auto most = asked_long ? silent_when_asked : silent_for;
    for (const char* daemon : {"hotplugd", "bridged", "loggerd"}) {
        const auto when = heard_.find(daemon);
        // Heard of, but nothing of what it knows is known yet: that would be told as nothing.
        known_.up[daemon] = when != heard_.end() && now - when->second < most &&
                            known_.resyncs.contains(std::string_view{daemon});
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
