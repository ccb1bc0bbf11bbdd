#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "bus/alarm.hpp"
#include "contract/envelope.hpp"
#include "contract/json.hpp"
#include "contract/log_reports.hpp"
#include "portald/alert_settings.hpp"
#include "portald/commands.hpp"
#include "portald/outbox.hpp"
#include "portald/webhooks.hpp"

namespace portald {

/// Alerts → webhooks and commands, as settings.json names them; at least once. loggerd keeps the
/// alerts and how far each target has been told, so that neither daemon's death loses one; its
/// events and heartbeats only say that there is something to ask for. On the loop, which it never
/// blocks.
class AlertDelivery {
public:
    static constexpr std::chrono::seconds timeout{5};

    using Ask = std::function<void(std::string_view verb, contract::Json args,
                                   std::function<void(const contract::Result&)> on_result)>;

    /// @param ask  of loggerd
    AlertDelivery(asio::io_context& io, std::vector<AlertTarget> targets, std::string hostname,
                  Ask ask, Outbox::Limits limits = {}, std::chrono::milliseconds most = timeout);

    /// Of loggerd: log.alert/ and heartbeat/.
    /// @throws contract::BadMessage
    void on_event(const contract::Event& event);
    contract::Json counters() const;

private:
    void begin();
    void on_begin(const contract::LogReportsAnswer& answer);
    std::uint64_t first_place(const contract::LogReportsAnswer& answer) const;
    void fetch();
    std::optional<std::uint64_t> lowest_place() const;
    void on_reports(const contract::LogReportsAnswer& answer);
    void sort_in(const contract::LogReport& report);
    void save();
    void ask_for_reports(const contract::LogReportsArgs& args,
                         void (AlertDelivery::*then)(const contract::LogReportsAnswer&));
    void pump();
    void try_one(const Outbox::Job& job);
    void done(std::size_t target, Outbox::Outcome outcome, const std::string& text);

    std::vector<AlertTarget> targets_;
    std::string hostname_;
    Ask ask_;
    Outbox outbox_;
    contract::Time started_ = contract::wall_now();
    std::uint64_t newest_ = 0; ///< alert that loggerd has
    bool begun_ = false;       // it is known what was delivered before
    bool asking_ = false;
    bool saving_ = false;
    contract::LogDelivered saved_;
    bus::Alarm alarm_;
    std::shared_ptr<int> alive_ = std::make_shared<int>(); // answers outlive us
    Webhooks webhooks_;                                    // after what their handlers use
    Commands commands_;
};

} // namespace portald
