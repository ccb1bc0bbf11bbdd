#include "portald/console_window.hpp"

#include <algorithm>

namespace portald {

void ConsoleWindow::add(const contract::ReplayAnswer& answer, std::vector<contract::Event> events)
{
    const bool goes_on = answer.epoch == end_.epoch &&
                         (events.empty() || events.front().header.stamp.seq == end_.seq + 1);
    if (!goes_on) {
        events_.clear();
        bytes_ = 0;
        begin_ = events.empty() ? answer.next_after_seq : events.front().header.stamp.seq - 1;
    }
    end_ = {answer.epoch, answer.next_after_seq};
    for (auto& event : events) {
        event.header.reads.clear(); // can be larger than the bytes
        bytes_ += size_of(event);
        events_.push_back(std::move(event));
    }
    trim();
}

bool ConsoleWindow::has_what_follows(const contract::Stamp& place) const
{
    return place.epoch == end_.epoch && place.seq >= begin_;
}

std::deque<contract::Event>::const_iterator ConsoleWindow::after(const contract::Stamp& place) const
{
    return std::ranges::upper_bound(events_, place.seq, {}, [](const contract::Event& event) {
        return event.header.stamp.seq;
    });
}

std::size_t ConsoleWindow::size_of(const contract::Event& event)
{
    return sizeof event + event.topic.size() + event.body.size();
}

void ConsoleWindow::trim()
{
    while (bytes_ > most_bytes) {
        bytes_ -= size_of(events_.front());
        begin_ = events_.front().header.stamp.seq;
        events_.pop_front();
    }
}

} // namespace portald
