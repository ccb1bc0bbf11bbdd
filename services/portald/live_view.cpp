#include "portald/live_view.hpp"

namespace portald {

namespace {

using namespace std::chrono_literals;

LiveFeed::Text shared(std::string text)
{
    return std::make_shared<const std::string>(std::move(text));
}

} // namespace

LiveView::LiveView(asio::io_context& io, Facts facts, Ports ports,
                   std::chrono::milliseconds beat_every)
    : io_(io),
      ports_(std::move(ports)),
      messages_(std::move(facts)),
      changes_timer_(io),
      lines_timer_(io),
      beat_timer_(io),
      beat_every_(beat_every),
      feed_([this](LiveFeed::Id id) { asio::post(io_, [this, id] { opened(id); }); },
            [this] { asio::post(io_, [this] { closed(); }); })
{
}

void LiveView::opened(LiveFeed::Id id)
{
    ports_.audience(true);
    // What was told last may be old, since nobody is told anything while nobody watches: from
    // here on it is what this client knows too.
    tell_changes();
    feed_.welcome(id);
    for (auto& message : messages_.all(ports_.known(), ports_.host_ip())) {
        feed_.send(id, shared(std::move(message)));
    }
    after(beat_timer_, beat_due_, beat_every_, &LiveView::beat);
}

void LiveView::closed()
{
    if (feed_.count() == 0) ports_.audience(false);
}

void LiveView::known_changed()
{
    if (feed_.count() > 0) after(changes_timer_, changes_due_, 50ms, &LiveView::tell_changes);
}

void LiveView::line(const std::string& slot, const contract::LogLine& line, contract::Time time)
{
    if (feed_.count() == 0) return;
    lines_[slot] = line_message(slot, line, time);
    after(lines_timer_, lines_due_, 250ms, &LiveView::tell_lines);
}

void LiveView::bridge_counters(const contract::Json& counters)
{
    if (feed_.count() == 0) return;
    auto message = counters_message(counters);
    if (!message.empty()) feed_.broadcast(shared(std::move(message)));
}

void LiveView::after(asio::steady_timer& timer, bool& armed, std::chrono::milliseconds delay,
                     void (LiveView::*what)())
{
    if (std::exchange(armed, true)) return;
    timer.expires_after(delay);
    timer.async_wait([this, &armed, what](const boost::system::error_code& fault) {
        armed = false;
        if (!fault) (this->*what)();
    });
}

void LiveView::tell_changes()
{
    for (auto& message : messages_.changes(ports_.known(), ports_.host_ip())) {
        feed_.broadcast(shared(std::move(message)));
    }
}

void LiveView::beat()
{
    if (feed_.count() == 0) return;
    feed_.broadcast(shared(R"({"type":"beat"})"));
    after(beat_timer_, beat_due_, beat_every_, &LiveView::beat);
}

void LiveView::tell_lines()
{
    for (auto& [slot, message] : std::exchange(lines_, {})) {
        feed_.broadcast(shared(std::move(message)));
    }
}

} // namespace portald
