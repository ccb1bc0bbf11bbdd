#include "portald/live_view.hpp"

#include "portald/board_news.hpp"

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
      feed_([this](LiveFeed::Id id) { asio::post(io_, [this, id] { opened(feed_, id); }); },
            [this] { asio::post(io_, [this] { closed(); }); },
            [this](LiveFeed::Id id, std::string text) {
                asio::post(io_, [this, id, text = std::move(text)] {
                    if (ports_.said) ports_.said(id, text);
                });
            }),
      streams_(
          feed_.seats(),
          [this](EventStreams::Id id) { asio::post(io_, [this, id] { opened(streams_, id); }); },
          [this] { asio::post(io_, [this] { closed(); }); })
{
}

template<typename Way>
void LiveView::opened(Way& way, std::uint64_t id)
{
    ports_.audience(true);
    // What was told last may be old, since nobody is told anything while nobody watches: from
    // here on it is what this client knows too.
    tell_changes();
    way.welcome(id);
    for (auto& message : messages_.all(ports_.known(), ports_.host_ip())) {
        way.send(id, shared(std::move(message)));
    }
    for (const auto& slot : ports_.known().slots) {
        const auto heard = last_lines_.find(slot.slot);
        auto message = heard != last_lines_.end() ? heard->second : counted_line(slot.slot);
        if (!message.empty()) way.send(id, shared(std::move(message)));
    }
    after(beat_timer_, beat_due_, beat_every_, &LiveView::beat);
}

/// While nobody watches, lines are not followed; but loggerd says the last ones now and then.
std::string LiveView::counted_line(const std::string& slot) const
{
    const auto& counters = ports_.known().log_counters;
    const auto found = counters.is_object() ? counters.find(slot) : counters.end();
    if (found == counters.end() || !found->is_object()) return {};
    const contract::Fields fields(*found, "heartbeat: " + slot);
    try {
        const auto time = fields.time_or_null("last_line");
        const auto text = fields.string("last_text", "");
        return time ? line_message(slot, {"RX", text, 0, {}}, *time) : std::string{};
    } catch (const contract::BadMessage&) {
        return {};
    }
}

void LiveView::closed()
{
    if (!is_watched()) {
        ports_.audience(false);
        last_lines_.clear(); // nobody tells us what follows them
    }
    if (ports_.page_left) ports_.page_left();
}

void LiveView::known_changed()
{
    if (is_watched()) after(changes_timer_, changes_due_, 50ms, &LiveView::tell_changes);
}

void LiveView::line(const std::string& slot, const contract::LogLine& line, contract::Time time)
{
    if (!is_watched()) return;
    lines_[slot] = last_lines_[slot] = line_message(slot, line, time);
    after(lines_timer_, lines_due_, 250ms, &LiveView::tell_lines);
}

void LiveView::bridge_counters(const contract::Json& counters)
{
    if (!is_watched()) return;
    auto message = counters_message(counters);
    if (!message.empty()) tell(std::move(message));
}

void LiveView::board_news(const contract::Json& news)
{
    if (is_watched()) tell(contract::to_text(in_short(news)));
}

void LiveView::tell(std::string message)
{
    const auto text = shared(std::move(message));
    feed_.broadcast(text);
    streams_.broadcast(text);
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
        tell(std::move(message));
    }
}

void LiveView::beat()
{
    if (!is_watched()) return;
    tell(R"({"type":"beat"})");
    after(beat_timer_, beat_due_, beat_every_, &LiveView::beat);
}

void LiveView::tell_lines()
{
    for (auto& [slot, message] : std::exchange(lines_, {})) {
        tell(std::move(message));
    }
}

} // namespace portald
