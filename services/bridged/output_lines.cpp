#include "bridged/output_lines.hpp"

#include <algorithm>
#include <utility>

namespace bridged {

namespace {

using Clock = std::chrono::steady_clock;

bool takes_time(const LineRule::Steps& steps)
{
    return std::any_of(steps.begin(), steps.end(),
                       [](const LineStep& step) { return step.pause.count() > 0; });
}

} // namespace

OutputLines::OutputLines(asio::io_context& io, Apply apply, Events events)
    : io_(io),
      apply_(std::move(apply)),
      events_(std::move(events)),
      profile_(&profile_of(std::nullopt, std::nullopt)),
      rule_(*profile_, {}),
      pause_(io),
      hold_(io)
{
}

OutputLines::~OutputLines()
{
    *alive_ = false;
}

void OutputLines::begin(const Profile& profile, serial::LineChange lines)
{
    give_up();
    profile_ = &profile;
    told_ = with({}, lines);
    rule_.begin(profile, told_);
}

void OutputLines::closed()
{
    give_up();
    rule_.begin(*profile_, rule_.asked());
}

void OutputLines::hold(serial::LineChange lines)
{
    rule_.begin(*profile_, with(rule_.asked(), lines));
    tell(rule_.asked());
}

bool OutputLines::in_sequence() const
{
    return std::any_of(jobs_.begin(), jobs_.end(),
                       [](const Job& job) { return takes_time(job.steps); });
}

serial::LineChange OutputLines::asked() const
{
    return {.dtr = rule_.asked().dtr, .rts = rule_.asked().rts};
}

void OutputLines::ask(serial::LineChange change, Handler done)
{
    const auto before = rule_.asked();
    auto steps = rule_.ask(change, Clock::now());
    watch_hold();
    if (!takes_time(steps)) return add({std::move(steps), before, std::move(done)});
    add({std::move(steps), before, [](std::error_code) {}});
    asio::post(io_, [alive = alive_, done = std::move(done)] {
        if (*alive) done({});
    });
}

void OutputLines::set(serial::LineChange change, Handler done)
{
    const LineStep step{change, {}};
    run({&step, 1}, std::move(done));
}

void OutputLines::run(std::span<const LineStep> steps, Handler done)
{
    const auto before = rule_.asked();
    auto lines = before;
    for (const auto& step : steps) lines = with(lines, step.lines);
    rule_.begin(*profile_, lines);
    watch_hold();
    add({{steps.begin(), steps.end()}, before, std::move(done)});
}

/// A change that is only held is none to the tty, but has its place behind those that are.
void OutputLines::add(Job job)
{
    jobs_.push_back(std::move(job));
    if (jobs_.size() == 1) step();
}

void OutputLines::step()
{
    const auto turn = ++turn_;
    const auto& job = jobs_.front();
    const auto then = [this, alive = alive_, turn](std::error_code fault) {
        if (*alive && turn == turn_) stepped(fault);
    };
    if (job.next == job.steps.size())
        asio::post(io_, [then] { then({}); });
    else
        apply_(job.steps[job.next].lines, then);
}

void OutputLines::stepped(std::error_code fault)
{
    auto& job = jobs_.front();
    if (fault) return finish(fault);
    if (job.next == job.steps.size()) return finish({});
    const auto pause = job.steps[job.next].pause;
    if (++job.next == job.steps.size() && pause.count() == 0) return finish({});
    if (pause.count() == 0) return step();
    pause_.expires_after(pause);
    pause_.async_wait([this, alive = alive_, turn = turn_](boost::system::error_code cancelled) {
        if (!cancelled && *alive && turn == turn_) step();
    });
}

void OutputLines::finish(std::error_code fault)
{
    ++turn_;
    const auto job = std::move(jobs_.front());
    jobs_.pop_front();
    if (fault) rule_.begin(*profile_, job.before);
    if (jobs_.empty())
        tell(rule_.asked());
    else
        step();
    job.done(fault);
    if (takes_time(job.steps) && !in_sequence()) events_.settled();
}

void OutputLines::give_up()
{
    ++turn_;
    pause_.cancel();
    hold_.cancel();
    for (auto& job : std::exchange(jobs_, {}))
        asio::post(io_, [alive = alive_, done = std::move(job.done)] {
            if (*alive) done(std::make_error_code(std::errc::operation_canceled));
        });
}

void OutputLines::watch_hold()
{
    hold_.cancel();
    const auto at = rule_.wake_at();
    if (!at) return;
    hold_.expires_at(*at);
    hold_.async_wait([this, alive = alive_](boost::system::error_code cancelled) {
        if (cancelled || !*alive) return;
        const auto before = rule_.asked();
        add({rule_.time_passed(Clock::now()), before, [](std::error_code) {}});
    });
}

void OutputLines::tell(Lines now)
{
    const auto before = std::exchange(told_, now);
    if (now.dtr != before.dtr) events_.info(now.dtr ? "DTR ON" : "DTR OFF");
    if (now.rts != before.rts) events_.info(now.rts ? "RTS ON" : "RTS OFF");
}

} // namespace bridged
