#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "bus/alarm.hpp"
#include "contract/envelope.hpp"
#include "contract/json.hpp"
#include "portald/alert_settings.hpp"
#include "portald/commands.hpp"
#include "portald/outbox.hpp"
#include "portald/webhooks.hpp"

namespace portald {

/// log.alert events → webhooks and commands, as settings.json names them. On the loop, which it
/// never blocks. At least once for what this process heard: what is tried again may have arrived.
class AlertDelivery {
public:
    static constexpr std::chrono::seconds timeout{5};

    AlertDelivery(asio::io_context& io, std::vector<AlertTarget> targets, std::string hostname,
                  Outbox::Limits limits = {}, std::chrono::milliseconds most = timeout);

    bool has_targets() const { return !targets_.empty(); }
    /// @throws contract::BadMessage
    void on_event(const contract::Event& event);
    contract::Json counters() const;

private:
    void pump();
    void try_one(const Outbox::Job& job);
    void done(std::size_t target, Outbox::Outcome outcome, const std::string& text);

    std::vector<AlertTarget> targets_;
    std::string hostname_;
    Outbox outbox_;
    bus::Alarm alarm_;
    Webhooks webhooks_; // after what their handlers use
    Commands commands_;
};

} // namespace portald
