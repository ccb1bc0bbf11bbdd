#include "portald/alert_delivery.hpp"

#include <algorithm>
#include <utility>

#include <spdlog/spdlog.h>

#include "contract/messages.hpp"
#include "contract/names.hpp"

namespace portald {

using contract::LogReportsAnswer;
using contract::LogReportsArgs;

namespace {

constexpr std::uint32_t at_once = 8; // alerts that are asked for, of 100 KB at most

} // namespace

AlertDelivery::AlertDelivery(asio::io_context& io, std::vector<AlertTarget> targets,
                             std::string hostname, Ask ask, Outbox::Limits limits,
                             std::chrono::milliseconds most)
    : targets_(std::move(targets)),
      hostname_(std::move(hostname)),
      ask_(std::move(ask)),
      outbox_(targets_.size(), std::move(limits)),
      alarm_(io, [this] { pump(); }),
      webhooks_(io, most),
      commands_(io, most)
{
}

void AlertDelivery::on_event(const contract::Event& event)
{
    if (targets_.empty()) return;
    if (contract::topics::kind_of(event.topic) == "heartbeat") {
        const auto beat = contract::body<contract::Heartbeat>(event);
        newest_ = contract::Fields(beat.counters, "loggerd's counters").counter("newest_alert", 0);
        save(); // if it was refused before
    } else {
        ++newest_; // as far as we know; it says so itself when it is asked
    }
    fetch();
}

void AlertDelivery::begin()
{
    LogReportsArgs args;
    args.kind = "alert";
    args.last = at_once;
    ask_for_reports(args, &AlertDelivery::on_begin);
}

void AlertDelivery::on_begin(const LogReportsAnswer& answer)
{
    begun_ = true;
    newest_ = answer.newest;
    saved_.delivered = answer.delivered;
    for (std::size_t i = 0; i < targets_.size(); ++i) {
        const auto known = answer.delivered.find(targets_[i].key());
        outbox_.begin_after(i, known == answer.delivered.end() ? first_place(answer)
                                                               : std::min(known->second, newest_));
    }
    save();
    fetch();
}

/// Of a target that is named for the first time: what was raised before we were started is not for
/// it; but loggerd's first word comes seconds later, and what was raised since then is.
std::uint64_t AlertDelivery::first_place(const LogReportsAnswer& answer) const
{
    const auto first = std::ranges::find_if(
        answer.reports, [&](const auto& report) { return report.time >= started_; });
    if (first != answer.reports.end()) return first->number - 1;
    return answer.more ? answer.next : answer.newest;
}

void AlertDelivery::fetch()
{
    if (asking_) return;
    if (!begun_) return begin();
    const auto place = lowest_place();
    if (!place) return;
    LogReportsArgs args;
    args.kind = "alert";
    args.after = *place;
    args.limit = at_once;
    ask_for_reports(args, &AlertDelivery::on_reports);
}

/// Of the targets that can take more. One that is beyond the newest is asked about too: either
/// what told us is old, or loggerd counts anew.
std::optional<std::uint64_t> AlertDelivery::lowest_place() const
{
    std::optional<std::uint64_t> lowest;
    for (std::size_t i = 0; i < targets_.size(); ++i) {
        const auto place = outbox_.place(i);
        if (place != newest_ && outbox_.has_room(i))
            lowest = std::min(place, lowest.value_or(place));
    }
    return lowest;
}

void AlertDelivery::on_reports(const LogReportsAnswer& answer)
{
    newest_ = answer.newest;
    for (const auto& report : answer.reports) sort_in(report);
    for (std::size_t i = 0; i < targets_.size(); ++i) {
        if (outbox_.place(i) > newest_)
            begun_ = false; // loggerd's state was deleted: it counts from the beginning
        else if (answer.reports.empty() && outbox_.place(i) < newest_)
            outbox_.pass(i, newest_); // so were those that it had
    }
    pump();
    save();
    fetch();
}

void AlertDelivery::sort_in(const contract::LogReport& report)
{
    std::optional<contract::AlertReport> alert;
    try {
        alert = report.report.get<contract::AlertReport>();
    } catch (const contract::BadMessage& bad) {
        spdlog::warn("alert {}: {}", report.number, bad.what());
    }
    for (std::size_t i = 0; i < targets_.size(); ++i) {
        if (outbox_.place(i) >= report.number || !outbox_.has_room(i)) continue;
        if (alert && targets_[i].wants(report.slot, alert->rule))
            outbox_.add(i, report.number, alert_text(report.slot, *alert, hostname_));
        else
            outbox_.pass(i, report.number);
    }
}

void AlertDelivery::ask_for_reports(const LogReportsArgs& args,
                                    void (AlertDelivery::*then)(const LogReportsAnswer&))
{
    asking_ = true;
    ask_(contract::verbs::log_reports, args,
         [this, then, alive = std::weak_ptr(alive_)](const contract::Result& result) {
             if (alive.expired()) return;
             asking_ = false;
             const auto* answer = std::get_if<contract::Json>(&result);
             if (!answer) return; // its next heartbeat has us ask again
             try {
                 (this->*then)(answer->get<LogReportsAnswer>());
             } catch (const contract::BadMessage& bad) {
                 spdlog::warn("loggerd: {}", bad.what());
             }
         });
}

/// So that the next portald goes on where this one is.
void AlertDelivery::save()
{
    if (!begun_ || saving_) return;
    contract::LogDelivered delivered;
    for (std::size_t i = 0; i < targets_.size(); ++i)
        delivered.delivered[targets_[i].key()] = outbox_.delivered(i);
    if (delivered == saved_) return;
    saving_ = true;
    ask_(contract::verbs::log_delivered, delivered,
         [this, delivered, alive = std::weak_ptr(alive_)](const contract::Result& result) {
             if (alive.expired()) return;
             saving_ = false;
             if (!std::holds_alternative<contract::Json>(result)) return;
             saved_ = delivered;
             save();
         });
}

contract::Json AlertDelivery::counters() const
{
    const auto& counters = outbox_.counters();
    std::uint64_t waiting = outbox_.waiting();
    for (std::size_t i = 0; i < targets_.size() && begun_; ++i)
        waiting += newest_ - std::min(outbox_.place(i), newest_);
    return {{"alerts",
             {{"delivered", counters.delivered},
              {"failed", counters.failed},
              {"dropped", counters.dropped},
              {"waiting", waiting}}}};
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
    save();
    fetch();
}

} // namespace portald
