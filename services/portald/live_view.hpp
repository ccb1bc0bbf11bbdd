#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <string>

#include "loop/asio.hpp"
#include "portald/event_streams.hpp"
#include "portald/live_feed.hpp"
#include "portald/live_messages.hpp"

namespace portald {

/// Tells the pages what is new, on the loop's thread: changes at most every 50 ms, a slot's
/// last log line four times a second at most, however fast its board talks. And a beat, by which
/// a page knows that we are there: a machine that has lost its power closes no connection.
class LiveView {
public:
    struct Ports {
        std::function<const Known&()> known;
        std::function<std::string()> host_ip;
        std::function<void(bool somebody)> audience;
        std::function<void(LiveFeed::Id, const std::string&)> said = {}; ///< by a page
        std::function<void()> page_left = {};
    };

    LiveView(asio::io_context& io, Facts facts, Ports ports,
             std::chrono::milliseconds beat_every = std::chrono::seconds{10});

    LiveFeed& feed() { return feed_; }
    EventStreams& streams() { return streams_; }

    void known_changed();
    void line(const std::string& slot, const contract::LogLine& line, contract::Time time);
    void bridge_counters(const contract::Json& counters);
    void board_news(const contract::Json& news);

private:
    template<typename Way>
    void opened(Way& way, std::uint64_t id);
    bool is_watched() const { return feed_.count() + streams_.count() > 0; }
    void tell(std::string message);
    std::string counted_line(const std::string& slot) const;
    void closed();
    void after(asio::steady_timer& timer, bool& armed, std::chrono::milliseconds delay,
               void (LiveView::*what)());
    void tell_changes();
    void tell_lines();
    void beat();

    asio::io_context& io_;
    Ports ports_;
    LiveMessages messages_;
    std::map<std::string, std::string> lines_;      // slot → its last, not yet told
    std::map<std::string, std::string> last_lines_; // slot → its last, for those who come
    asio::steady_timer changes_timer_;
    asio::steady_timer lines_timer_;
    asio::steady_timer beat_timer_;
    std::chrono::milliseconds beat_every_;
    bool changes_due_ = false;
    bool lines_due_ = false;
    bool beat_due_ = false;
    LiveFeed feed_;
    EventStreams streams_;
};

} // namespace portald
