#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "bus/alarm.hpp"
#include "bus/connection.hpp"
#include "bus/socket.hpp"
#include "contract/envelope.hpp"

namespace bus {

/// Asks one daemon (DEALER). Every call ends exactly once: with the reply, or with
/// ErrorCode::timeout at its deadline, naming the daemon. A request waits here for a peer that is
/// down, and not in libzmq's queue, so it never runs after its deadline. (Not by ZMQ_IMMEDIATE:
/// that takes the peer's connection away when it dies, and libzmq aborts when it does so in the
/// middle of a reply that we read: "!_more", fq.cpp.) Late and foreign replies are dropped.
class Requester {
public:
    /// @param daemon  named in the timeout's message: "bridged does not answer"
    Requester(asio::io_context& io, zmq::context_t& context, const std::string& endpoint,
              std::string daemon);
    ~Requester(); ///< pending calls are dropped without an answer

    /// May destroy the Requester, and call again. What it throws leaves io.run().
    using ReplyHandler = std::function<void(contract::Reply)>;

    void call(std::string_view verb, contract::Json args, ReplyHandler on_reply,
              std::chrono::milliseconds deadline = std::chrono::seconds{3}, std::string bytes = {});

    std::size_t pending() const { return pending_.size(); }

private:
    struct Call {
        contract::Request request;
        ReplyHandler on_reply;
        std::chrono::steady_clock::time_point deadline;
        bool sent = false;
    };
    void receive(const Frames& frames);
    void send_waiting();
    void set_alarm();
    void on_alarm();

    std::string daemon_;
    std::string id_prefix_;
    std::uint64_t next_id_ = 1;
    std::map<std::string, Call> pending_; // ids sort in the order of the calls
    Alarm alarm_;
    Socket socket_;
    Connection connection_;
};

} // namespace bus
