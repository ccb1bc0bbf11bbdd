#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "bus/alarm.hpp"
#include "bus/requester.hpp"
#include "bus/subscriber.hpp"
#include "contract/messages.hpp"
#include "loggerd/replay_pacer.hpp"
#include "loggerd/slot_log.hpp"

namespace loggerd {

/// Reads one slot's history by cursor, one request at a time, and hands it to the slot's log.
class SlotReader {
public:
    /// @param bell  a subscriber to bridged's serial events; its events come back by heard()
    SlotReader(asio::io_context& io, const std::string& slot, const LogForm& form,
               SlotLog::Parts parts, bus::Requester& bridged, bus::Subscriber& bell);
    ~SlotReader();
    SlotReader(const SlotReader&) = delete;
    SlotReader& operator=(const SlotReader&) = delete;

    void set_slot(const contract::Slot& slot);
    /// An event or a heartbeat says where the slot's stream stands.
    void heard(const contract::Stamp& stamp);
    /// One last replay, if bridged answers quickly; then the log is closed.
    void stop(std::function<void()> done);
    void remove(); ///< the slot is no more

    const SlotLog& log() const { return log_; }
    void close_before(const std::string& today); ///< files of earlier days

private:
    using Clock = std::chrono::steady_clock;
    void arm();
    void on_time();
    bool waits_for_board();
    void ask();
    void on_reply(const contract::Reply& reply);
    void on_refusal(const contract::Error& error);
    void on_answer(const contract::Reply& reply);
    void on_round_end(std::size_t bytes);
    void listen();
    void complain(const std::string& text);
    void finish();

    std::string slot_;
    SlotLog log_;
    ReplayPacer pacer_;
    bus::Requester& bridged_;
    bus::Subscriber& bell_;
    contract::Stamp furthest_; // heard of
    Clock::time_point asked_at_{};
    Clock::time_point last_data_;
    std::optional<Clock::time_point> nameless_since_; // with something to write, perhaps
    std::string complained_;
    std::function<void()> stopped_; // set: is stopping
    bool listening_ = false;
    bus::Alarm alarm_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true); // replies outlive us
};

} // namespace loggerd
