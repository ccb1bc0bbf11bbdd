#include "portald/alert_delivery.hpp"

#include <utility>

#include <spdlog/spdlog.h>

#include "contract/names.hpp"

namespace portald {

AlertDelivery::AlertDelivery(asio::io_context& io, std::vector<AlertTarget> targets,
                             std::string hostname, Outbox::Limits limits,
                             std::chrono::milliseconds most)
    : targets_(std::move(targets)),
      hostname_(std::move(hostname)),
      outbox_(targets_.size(), std::move(limits)),
      alarm_(io, [this] { pump(); }),
      webhooks_(io, most),
      commands_(io, most)
{
}

void AlertDelivery::on_event(const contract::Event& event)
{
    if (contract::topics::kind_of(event.topic) != "log.alert") return;
    const auto alert = contract::body<contract::AlertReport>(event);
    const std::string slot{contract::topics::slot_of(event.topic)};
    const auto dropped = outbox_.counters().dropped;
    for (std::size_t i = 0; i < targets_.size(); ++i)
        if (targets_[i].wants(slot, alert.rule)) outbox_.add(i, alert_text(slot, alert, hostname_));
    if (outbox_.counters().dropped != dropped)
        spdlog::warn("too many alerts wait for delivery: {} dropped so far",
                     outbox_.counters().dropped);
    pump();
}

contract::Json AlertDelivery::counters() const
{
    const auto& counters = outbox_.counters();
    return {{"alerts",
             {{"delivered", counters.delivered},
              {"failed", counters.failed},
              {"dropped", counters.dropped},
              {"waiting", outbox_.waiting()}}}};
}

void AlertDelivery::pump()
{
    while (const auto job = outbox_.take(std::chrono::steady_clock::now())) try_one(*job);
    if (const auto next = outbox_.next())
        alarm_.at(*next);
    else
        alarm_.stop();
}

void AlertDelivery::try_one(const Outbox::Job& job)
{
    const auto& target = targets_[job.target];
    const auto told = [this, i = job.target](Outbox::Outcome outcome, const std::string& text) {
        done(i, outcome, text);
    };
    if (target.url.empty())
        commands_.run(target.run, job.text, told);
    else
        webhooks_.post(target.url, job.text, told);
}

void AlertDelivery::done(std::size_t target, Outbox::Outcome outcome, const std::string& text)
{
    const bool again = outbox_.done(target, outcome, std::chrono::steady_clock::now());
    if (outcome != Outbox::Outcome::delivered)
        spdlog::warn("alert not delivered to {}: {}{}", targets_[target].shown(), text,
                     again ? "; it is tried again" : "; given up");
    pump();
}

} // namespace portald
