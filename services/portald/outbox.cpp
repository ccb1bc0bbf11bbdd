#include "portald/outbox.hpp"

#include <algorithm>

namespace portald {

void Outbox::begin_after(std::size_t target, std::uint64_t number)
{
    queues_[target].place = number;
}

bool Outbox::has_room(std::size_t target) const
{
    return queues_[target].alerts.size() < limits_.most_waiting;
}

void Outbox::go_to(Queue& queue, std::uint64_t number)
{
    counters_.dropped += number - queue.place - 1;
    queue.place = number;
}

void Outbox::add(std::size_t target, std::uint64_t number, std::string text)
{
    auto& queue = queues_[target];
    go_to(queue, number);
    queue.alerts.push_back({number, std::move(text)});
}

void Outbox::pass(std::size_t target, std::uint64_t number)
{
    go_to(queues_[target], number);
}

std::uint64_t Outbox::delivered(std::size_t target) const
{
    const auto& queue = queues_[target];
    return queue.alerts.empty() ? queue.place : queue.alerts.front().number - 1;
}

std::optional<Outbox::Job> Outbox::take(TimePoint now)
{
    for (std::size_t i = 0; i < queues_.size(); ++i) {
        auto& queue = queues_[i];
        if (queue.alerts.empty() || queue.under_way || now < queue.not_before) continue;
        queue.under_way = true;
        if (++queue.tries == 1) queue.first_try = now;
        return Job{i, queue.alerts.front().text};
    }
    return {};
}

bool Outbox::done(std::size_t target, Outcome outcome, TimePoint now)
{
    auto& queue = queues_[target];
    queue.under_way = false;
    if (outcome == Outcome::failed && is_worth_a_try(queue, now)) {
        const auto pause = std::min(queue.tries, limits_.pauses.size()) - 1;
        queue.not_before = now + limits_.pauses[pause];
        return true;
    }
    ++(outcome == Outcome::delivered ? counters_.delivered : counters_.failed);
    queue.alerts.pop_front();
    queue.tries = 0;
    queue.not_before = {};
    return false;
}

bool Outbox::is_worth_a_try(const Queue& queue, TimePoint now) const
{
    return !limits_.pauses.empty() && now - queue.first_try < limits_.give_up_after;
}

std::optional<Outbox::TimePoint> Outbox::next() const
{
    std::optional<TimePoint> first;
    for (const auto& queue : queues_) {
        if (queue.alerts.empty() || queue.under_way) continue;
        if (!first || queue.not_before < *first) first = queue.not_before;
    }
    return first;
}

std::size_t Outbox::waiting() const
{
    std::size_t all = 0;
    for (const auto& queue : queues_) all += queue.alerts.size();
    return all;
}

} // namespace portald
