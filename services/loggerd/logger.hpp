#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "bus/publisher.hpp"
#include "bus/state_follower.hpp"
#include "bus/subscriber.hpp"
#include "loggerd/config.hpp"
#include "loggerd/slot_reader.hpp"

namespace loggerd {

/// Follows bridged: one reader for each slot that it has.
class Logger {
public:
    Logger(asio::io_context& io, zmq::context_t& context, const std::string& runtime_dir,
           const Config& config, Disk& disk, LogEvents& events);

    void stop(std::function<void()> done);

    contract::LogSnapshot snapshot(const contract::Stamp& stamp) const;
    std::map<std::string, std::string> boards() const; ///< what each slot's files are called
    contract::Json counters();
    /// Files that nobody else may touch: those that are written, and those that records name.
    /// Files of days before `today` that nothing was written to for long are closed first.
    /// @throws DiskError
    std::set<std::string> files_in_use(const std::string& today);

private:
    void disown_all_but(const std::set<std::string>& slots);
    void on_snapshot(const contract::BridgeSnapshot& snapshot);
    void on_slot_event(const contract::Event& event);
    void set_slot(const contract::Slot& slot);
    void remove(const std::string& slot);
    void on_heartbeat(const contract::Heartbeat& heartbeat);
    void on_serial_event(const contract::Event& event);

    asio::io_context& io_;
    LogForm form_;
    Rules rules_;
    Disk& disk_;
    LogEvents& events_;
    BoardNames names_;
    LocalTime clock_;
    bus::Subscriber bell_;
    bus::StateFollower bridged_;
    std::map<std::string, std::unique_ptr<SlotReader>, std::less<>> readers_;
    std::size_t stopping_ = 0;
};

} // namespace loggerd
