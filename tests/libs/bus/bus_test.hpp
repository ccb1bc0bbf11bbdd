#pragma once

#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "bus/publisher.hpp"
#include "bus/requester.hpp"
#include "bus/responder.hpp"
#include "bus/socket.hpp"
#include "contract/names.hpp"

namespace bus_test {

using namespace std::chrono_literals;
using contract::ErrorCode;
using contract::Json;

/// A folder for sockets, one loop and one context; time passes only in until().
class Bus : public testing::Test {
protected:
    Bus()
    {
        std::string pattern = "/tmp/rfc2217-bus-XXXXXX";
        if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
        folder = pattern;
    }
    ~Bus() override { std::filesystem::remove_all(folder); }

    /// Runs the loop until it is so; false when it is not in 20 s.
    bool until(const std::function<bool()>& so)
    {
        const auto deadline = std::chrono::steady_clock::now() + 20s;
        while (!so()) {
            if (std::chrono::steady_clock::now() > deadline) return false;
            io.run_one_for(20ms);
        }
        return true;
    }

    std::string endpoint(const std::string& name) const { return "ipc://" + folder + "/" + name; }
    std::string events() const { return contract::events_endpoint(folder, "bridged"); }
    std::string requests() const { return contract::requests_endpoint(folder, "bridged"); }

    std::unique_ptr<bus::Publisher> make_publisher()
    {
        return std::make_unique<bus::Publisher>(io, context, std::vector{events()}, "bridged");
    }
    std::unique_ptr<bus::Responder> make_responder()
    {
        return std::make_unique<bus::Responder>(io, context, requests(), "bridged", "1.2.3");
    }

    std::string folder;
    asio::io_context io{1};
    asio::executor_work_guard<asio::io_context::executor_type> work = asio::make_work_guard(io);
    zmq::context_t context{1};
};

/// A socket of the far side, which keeps what it receives as texts.
class Peer {
public:
    using Message = std::vector<std::string>;

    enum class Side { binds, connects };

    Peer(asio::io_context& io, zmq::context_t& context, zmq::socket_type type, Side side,
         const std::string& endpoint)
        : socket_(io, make(context, type, side, endpoint), [this](bus::Frames frames) {
              received.emplace_back();
              for (const auto& frame : frames) received.back().push_back(bus::text(frame));
          })
    {
    }

    bool send(Message message) { return socket_.send(bus::frames(std::move(message))); }
    zmq::socket_t& zmq() { return socket_.zmq(); }

    std::vector<Message> received;

private:
    static zmq::socket_t make(zmq::context_t& context, zmq::socket_type type, Side side,
                              const std::string& endpoint)
    {
        zmq::socket_t socket(context, type);
        socket.set(zmq::sockopt::linger, 0);
        socket.set(zmq::sockopt::sndhwm, 0);
        socket.set(zmq::sockopt::rcvhwm, 0);
        socket.set(zmq::sockopt::reconnect_ivl, 20);
        if (side == Side::binds)
            bus::bind(socket, endpoint);
        else
            socket.connect(endpoint);
        return socket;
    }

    bus::Socket socket_;
};

/// One of a reply's two halves, as JSON.
inline const Json& result_of(const contract::Reply& reply)
{
    return std::get<Json>(reply.result);
}
inline const contract::Error& error_of(const contract::Reply& reply)
{
    return std::get<contract::Error>(reply.result);
}

} // namespace bus_test
