#pragma once

#include <string>
#include <vector>

#include "bus/alarm.hpp"
#include "bus/state_follower.hpp"
#include "contract/messages.hpp"
#include "learn_slots/line_input.hpp"
#include "learn_slots/naming.hpp"

namespace learn_slots {

/// --watch: joins the conversation (Naming) to the bus, stdin and stdout.
class Watch {
public:
    struct Options {
        std::string runtime_dir;
        bool force = false; ///< also where somebody is connected
    };
    /// @param devices  what is there before: it is not asked about
    Watch(asio::io_context& io, zmq::context_t& context, const Options& options,
          const contract::HotplugSnapshot& devices, const contract::BridgeSnapshot& slots);

    /// Until Ctrl-C, or the end of stdin; says what was written.
    void run();

private:
    Naming::Voice voice();
    bus::StateFollower::Handlers device_handlers();
    bus::StateFollower::Handlers slot_handlers();
    void assign(const contract::SlotAssign& wanted);
    void on_reply(const contract::Reply& reply);
    void keep(const contract::Slot& slot);
    void greet();
    void pump();
    void complain(const std::string& what);

    asio::io_context& io_;
    bool force_;
    bool greeted_ = false;
    std::vector<contract::Slot> slots_;
    Naming naming_;
    LineInput input_;
    bus::Alarm settle_;
    bus::StateFollower hotplugd_;
    bus::StateFollower bridged_;
};

} // namespace learn_slots
