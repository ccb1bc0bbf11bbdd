#include "portald/outbox.hpp"

#include <algorithm>

namespace portald {

void Outbox::add(std::size_t target, std::string text)
{
    if (!make_room(text.size())) {
        ++counters_.dropped;
        return;
    }
    queues_[target].texts.push_back(std::move(text));
}

std::optional<Outbox::Job> Outbox::take(TimePoint now)
{
    for (std::size_t i = 0; i < queues_.size(); ++i) {
        auto& queue = queues_[i];
        if (queue.texts.empty() || queue.under_way || now < queue.not_before) continue;
        queue.under_way = true;
        ++queue.tries;
        return Job{i, queue.texts.front()};
    }
    return {};
}

bool Outbox::done(std::size_t target, Outcome outcome, TimePoint now)
{
    auto& queue = queues_[target];
    queue.under_way = false;
    if (outcome == Outcome::failed && queue.tries <= limits_.pauses.size()) {
        queue.not_before = now + limits_.pauses[queue.tries - 1];
        return true;
    }
    ++(outcome == Outcome::delivered ? counters_.delivered : counters_.failed);
    queue.texts.pop_front();
    queue.tries = 0;
    queue.not_before = {};
    return false;
}

std::optional<Outbox::TimePoint> Outbox::next() const
{
    std::optional<TimePoint> first;
    for (const auto& queue : queues_) {
        if (queue.texts.empty() || queue.under_way) continue;
        if (!first || queue.not_before < *first) first = queue.not_before;
    }
    return first;
}

std::size_t Outbox::waiting() const
{
    std::size_t all = 0;
    for (const auto& queue : queues_) all += queue.texts.size();
    return all;
}

std::size_t Outbox::bytes() const
{
    std::size_t all = 0;
    for (const auto& queue : queues_)
        for (const auto& text : queue.texts) all += text.size();
    return all;
}

/// What is being tried is never dropped: it may be there already.
bool Outbox::make_room(std::size_t size)
{
    const auto droppable = [](const Queue& queue) {
        return queue.texts.size() - (queue.tries > 0 ? 1 : 0);
    };
    while (waiting() >= limits_.most_waiting || bytes() + size > limits_.most_bytes) {
        const auto longest = std::ranges::max_element(queues_, {}, droppable);
        if (longest == queues_.end() || droppable(*longest) == 0) return false;
        longest->texts.erase(longest->texts.begin() + (longest->tries > 0 ? 1 : 0));
        ++counters_.dropped;
    }
    return true;
}

} // namespace portald
