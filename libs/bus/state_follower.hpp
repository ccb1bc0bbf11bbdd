#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "bus/alarm.hpp"
#include "bus/replica.hpp"
#include "bus/requester.hpp"
#include "bus/subscriber.hpp"
#include "contract/messages.hpp"

namespace bus {

/// Follows one daemon's state stream: subscribes, asks for the snapshot, applies events,
/// and asks again when Replica says so. Survives the daemon's death: when it is
/// back, a snapshot comes. Handlers must not destroy the follower.
class StateFollower {
public:
    struct Handlers {
        std::function<void(const contract::Json& snapshot)>
            snapshot;                                      ///< replaces all that was known
        std::function<void(const contract::Event&)> event; ///< the next change
        std::function<void(const contract::Heartbeat&)> heartbeat = {}; ///< optional; every one
    };

    /// @param daemon  "hotplugd": gives both endpoints in runtime_dir
    /// @param topics  prefixes of the state stream, e.g. "slot."
    /// What a handler throws as BadMessage, and a daemon that refuses, is told to `complain`
    /// (once, however often it is repeated), and the snapshot is asked for again.
    StateFollower(asio::io_context& io, zmq::context_t& context, const std::string& runtime_dir,
                  const std::string& daemon, const std::vector<std::string>& topics,
                  Handlers handlers, std::function<void(const std::string&)> complain);

    bool in_sync() const { return replica_.in_sync(); }
    /// When anything was last heard from the daemon; nothing before the first time.
    std::optional<std::chrono::steady_clock::time_point> last_heard() const { return last_heard_; }
    /// For other verbs of the same daemon.
    Requester& requester() { return requester_; }

private:
    void on_event(const contract::Event& event);
    void on_heartbeat(const contract::Event& event);
    void apply(const contract::Event& event);
    void ask();
    void on_reply(const contract::Reply& reply);
    void on_snapshot(const contract::Json& snapshot);
    void ask_later(const std::string& reason);

    Handlers handlers_;
    std::function<void(const std::string&)> complain_;
    Replica replica_;
    std::optional<std::chrono::steady_clock::time_point> last_heard_;
    std::string complained_; // not said twice in a row
    Alarm retry_;
    Requester requester_;
    Subscriber subscriber_;
};

} // namespace bus
