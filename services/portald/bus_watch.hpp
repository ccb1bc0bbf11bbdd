#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "bus/state_follower.hpp"
#include "portald/known.hpp"
#include "portald/request.hpp"

namespace portald {

/// Keeps Known as the bus says, and calls its verbs. While somebody watches the page it also
/// follows the log and pings the daemons, so that one that died is missed within seconds;
/// otherwise their heartbeats do, and nothing is woken for it.
class BusWatch {
public:
    struct Handlers {
        std::function<void()> changed; ///< Known is not what it was
        std::function<void(const std::string& slot, const contract::LogLine&, contract::Time)> line;
        std::function<void(const contract::Json& counters)> bridge_counters;
        std::function<void(const contract::Json& news)> board_news = {};
    };

    BusWatch(asio::io_context& io, zmq::context_t& context, const std::string& runtime_dir,
             Handlers handlers);

    const Known& known();
    /// A reply's frame (of log.read) becomes the member `bytes` of its JSON.
    void call(BusCall call, std::function<void(contract::Result)> on_result);

    enum class Audience { nobody, somebody };
    void watched_by(Audience audience);

private:
    using Clock = std::chrono::steady_clock;

    bus::StateFollower::Handlers slot_handlers();
    bus::StateFollower::Handlers device_handlers();
    bus::StateFollower::Handlers log_handlers();
    bus::StateFollower& follower(const std::string& daemon);
    void heard(const std::string& daemon);
    void on_log_event(const contract::Event& event);
    void on_log_snapshot(const contract::Json& snapshot);
    void catch_up(const std::string& kind);
    void on_log_counters(const contract::Heartbeat& heartbeat);
    void judge();
    void tell_who_is_up();
    void look();

    Handlers handlers_;
    Known known_;
    std::map<std::string, Clock::time_point> heard_;
    std::map<std::string, bool, std::less<>> told_up_;
    Clock::time_point watched_since_{};
    bool watched_ = false;
    bool caught_up_ = false; ///< what was before us is no news
    asio::steady_timer timer_;
    bus::StateFollower hotplugd_;
    bus::StateFollower bridged_;
    bus::StateFollower loggerd_;
    bus::Subscriber log_events_;
};

} // namespace portald
