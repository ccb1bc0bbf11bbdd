#pragma once

#include <functional>
#include <list>
#include <memory>
#include <string>
#include <variant>

#include "bus/requester.hpp"
#include "bus/subscriber.hpp"
#include "portald/listening.hpp"

namespace portald {

/// Reads serial streams from bridged for those who listen: by cursor, woken by the live stream and
/// by heartbeats. Costs nothing while nobody listens.
class SerialWatch {
public:
    using OnEnd = std::function<void(std::variant<Heard, contract::Error>)>;

    SerialWatch(asio::io_context& io, zmq::context_t& context, const std::string& runtime_dir);

    /// Ends exactly once, after this has returned, by `on_end`, which may destroy what is
    /// returned; not at all when that is destroyed before. The watch must outlive it.
    std::shared_ptr<void> listen(Listening listening, OnEnd on_end);

private:
    class Listener;
    void on_event(const contract::Event& event);

    asio::io_context& io_;
    std::list<Listener*> listeners_;
    bus::Requester bridged_;
    bus::Subscriber bell_;
};

} // namespace portald
