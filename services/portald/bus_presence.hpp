#pragma once

#include "bus/publisher.hpp"
#include "bus/responder.hpp"
#include "bus/subscriber.hpp"
#include "portald/alert_delivery.hpp"
#include "portald/slots_view.hpp"

namespace portald {

/// What the bus sees of portald: heartbeats with counters, a snapshot; and loggerd's alerts, handed
/// on to their receivers.
class BusPresence {
public:
    /// @param port  of the page, for the snapshot
    BusPresence(asio::io_context& io, zmq::context_t& zmq, const std::string& runtime_dir,
                const Facts& facts, std::uint16_t port, std::vector<AlertTarget> receivers,
                AlertDelivery::Ask ask_loggerd);
    ~BusPresence();
    BusPresence(const BusPresence&) = delete;
    BusPresence& operator=(const BusPresence&) = delete;

    std::uint64_t alerts_waiting() const;

private:
    bus::Publisher events_;
    AlertDelivery delivery_;
    bus::Subscriber alerts_;
    bus::Responder requests_;
};

} // namespace portald
