#include "bus/socket.hpp"

#include <cerrno>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <system_error>

#include <sys/stat.h>

namespace bus {

namespace {

constexpr int most_per_drain = 64;
constexpr std::size_t longest_ipc_path = 107; // sockaddr_un::sun_path without its NUL

/// A signal's handler may interrupt libzmq's look into its mailbox, even one that does
/// not wait: look again.
template<typename Call>
auto uninterrupted(Call call)
{
    for (;;) {
        try {
            return call();
        } catch (const zmq::error_t& error) {
            if (error.num() != EINTR) throw;
        }
    }
}

/// One whole message; nothing when there is none now (or no more: the context is closing).
std::optional<Frames> receive(zmq::socket_t& socket)
try {
    Frames in;
    do {
        zmq::message_t frame;
        const auto got =
            uninterrupted([&] { return socket.recv(frame, zmq::recv_flags::dontwait); });
        if (!got) return std::nullopt;
        in.push_back(std::move(frame));
    } while (in.back().more());
    return in;
} catch (const zmq::error_t& error) {
    if (error.num() == ETERM) return std::nullopt;
    throw;
}

std::runtime_error bind_error(const std::string& endpoint, const std::string& reason)
{
    return std::runtime_error("bind " + endpoint + ": " + reason);
}

} // namespace

Frames frames(std::vector<std::string> texts)
{
    Frames all;
    all.reserve(texts.size());
    for (const auto& each : texts) all.emplace_back(each.data(), each.size());
    return all;
}

std::string text(const zmq::message_t& frame)
{
    return frame.to_string();
}

Socket::Socket(asio::io_context& io, zmq::socket_t socket, MessageHandler on_message)
    : io_(io),
      socket_(std::move(socket)),
      wakeup_(io, socket_.get(zmq::sockopt::fd)),
      life_(std::make_shared<Life>(Life{std::move(on_message)}))
{
    wait();
    recheck();
}

Socket::~Socket()
{
    life_->over = true;
    wakeup_.release(); // libzmq owns the descriptor: never close it
}

bool Socket::send(Frames frames)
{
    bool taken = true;
    for (std::size_t i = 0; i < frames.size(); ++i) {
        const auto more = i + 1 < frames.size() ? zmq::send_flags::sndmore : zmq::send_flags::none;
        const auto sent = uninterrupted(
            [&] { return socket_.send(frames[i], more | zmq::send_flags::dontwait); });
        if (!sent) taken = false;
        // The peer may vanish between two frames. Then libzmq swallows the rest of this
        // message, and would swallow the next one instead if we did not go on.
        if (!taken && i == 0) break;
    }
    recheck(); // sending reads libzmq's mailbox, and with it the edge of a message that came
    return taken;
}

void Socket::recheck()
{
    const int events = uninterrupted([&] { return socket_.get(zmq::sockopt::events); });
    if ((events & ZMQ_POLLIN) != 0) post_drain();
}

void Socket::wait()
{
    wakeup_.async_wait(asio::posix::stream_descriptor::wait_read,
                       [this, life = life_](const boost::system::error_code& error) {
                           if (error || life->over) return;
                           wait(); // first: a handler that throws must not leave us deaf
                           drain();
                       });
}

void Socket::post_drain()
{
    if (drain_posted_) return;
    drain_posted_ = true;
    asio::post(io_, [this, life = life_] {
        if (life->over) return;
        drain_posted_ = false;
        drain();
    });
}

void Socket::drain()
{
    const auto life = life_;
    try {
        for (int taken = 0; taken < most_per_drain; ++taken) {
            auto in = receive(socket_);
            if (!in) return;
            life->on_message(std::move(*in));
            if (life->over) return;
        }
    } catch (...) {
        if (!life->over) post_drain();
        throw;
    }
    post_drain();
}

void bind(zmq::socket_t& socket, const std::string& endpoint)
{
    constexpr std::string_view ipc = "ipc://";
    const bool is_ipc = endpoint.starts_with(ipc);
    const auto path = is_ipc ? endpoint.substr(ipc.size()) : std::string{};
    if (path.size() > longest_ipc_path)
        throw bind_error(endpoint, "the path has " + std::to_string(path.size()) +
                                       " bytes, a socket's may have 107");
    try {
        socket.bind(endpoint);
    } catch (const zmq::error_t& error) {
        throw bind_error(endpoint, error.what());
    }
    if (is_ipc && chmod(path.c_str(), 0660) != 0)
        throw bind_error(endpoint, "chmod: " + std::generic_category().message(errno));
}

} // namespace bus
