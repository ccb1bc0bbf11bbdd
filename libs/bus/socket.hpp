#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <zmq.hpp>

#include "loop/asio.hpp"

namespace bus {

using Frames = std::vector<zmq::message_t>;

Frames frames(std::vector<std::string> texts);
std::string text(const zmq::message_t& frame);

/// A ZeroMQ socket on an io_context. The rule for ZMQ_FD's edge lives here and
/// nowhere else: receive until EAGAIN, look again after every send, and after
/// construction. Used on the loop's thread only, and made before io.run() ends;
/// may be destroyed from any handler on that thread, its own too.
///
/// A drain takes at most 64 messages and posts the rest, so that serial I/O breathes.
/// What the handler throws leaves io.run(); the messages behind are not lost: they come
/// when run() is called again.
class Socket {
public:
    using MessageHandler = std::function<void(Frames)>;

    Socket(asio::io_context& io, zmq::socket_t socket, MessageHandler on_message);
    ~Socket();
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;

    /// Never blocks. False: the message was not taken (no peer, high-water mark).
    bool send(Frames frames);

    zmq::socket_t& zmq() { return socket_; }
    /// Needed after zmq() was used for anything that may process commands.
    void recheck();

private:
    struct Life {
        MessageHandler on_message;
        bool over = false;
    };
    void wait();
    void drain();
    void post_drain();

    asio::io_context& io_;
    zmq::socket_t socket_;
    asio::posix::stream_descriptor wakeup_;
    std::shared_ptr<Life> life_; // posted drains, and a handler that destroys us, outlive us
    bool drain_posted_ = false;
};

/// Binds, or throws std::runtime_error "bind ipc:///…: <reason>"; names a path
/// over 107 bytes as such. ipc sockets are made group-writable (0660).
void bind(zmq::socket_t& socket, const std::string& endpoint);

} // namespace bus
