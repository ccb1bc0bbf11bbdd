#include "bus/publisher.hpp"

#include <algorithm>

#include "contract/names.hpp"

namespace bus {

namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto quiet = 200ms;    // a stream's last event … its heartbeat
constexpr auto welcome = 50ms;   // a subscription … its heartbeat, and least between two such
constexpr auto interval = 5s;    // a heartbeat at least
constexpr int linger_ms = 100;   // the last events of a daemon that stops still go out
constexpr int high_water = 2000; // of 4 KiB: 8 MiB per stalled subscriber, 1 s of 32 busy boards
constexpr std::int64_t most_incoming = 1024; // only subscriptions and handshakes come in
constexpr std::size_t most_subscriptions = 4096;
constexpr std::size_t longest_subscription = 256;

zmq::socket_t make_socket(zmq::context_t& context, const std::vector<std::string>& endpoints)
{
    zmq::socket_t socket(context, zmq::socket_type::xpub);
    socket.set(zmq::sockopt::xpub_verbose, true); // the second subscriber of a topic is seen too
    socket.set(zmq::sockopt::ipv6, true);         // for tcp://[::1]:PORT
    socket.set(zmq::sockopt::linger, linger_ms);
    socket.set(zmq::sockopt::sndhwm, high_water);
    socket.set(zmq::sockopt::maxmsgsize, most_incoming);
    for (const auto& endpoint : endpoints) bind(socket, endpoint);
    return socket;
}

} // namespace

Publisher::Publisher(asio::io_context& io, zmq::context_t& context,
                     const std::vector<std::string>& endpoints, std::string source)
    : io_(io),
      context_(context),
      source_(std::move(source)),
      last_beat_(Clock::now()),
      alarm_(io, [this] { on_alarm(); }),
      socket_(io, make_socket(context, endpoints),
              [this](const Frames& frames) { on_subscription(frames); })
{
    // Begun now, so that the first heartbeat tells everybody of the new epoch.
    stream(contract::streams::state);
    alarm_.at(next_beat());
}

Publisher::~Publisher() = default;

void Publisher::listen(const std::string& endpoint, const std::string& secret_key,
                       std::function<void(const std::string&)> stranger)
{
    // They count for what is bound from here on, zmq_setsockopt(3).
    auto& socket = socket_.zmq();
    socket.set(zmq::sockopt::zap_domain, "bus");
    if (!secret_key.empty()) {
        socket.set(zmq::sockopt::curve_server, true);
        socket.set(zmq::sockopt::curve_secretkey, secret_key);
    }
    strangers_.emplace(io_, context_, socket, std::move(stranger));
    bind(socket, endpoint);
    socket_.recheck();
}

contract::Stamp Publisher::publish(std::string_view stream_name, std::string_view topic,
                                   const contract::Json& body)
{
    auto& to = stream(stream_name);
    ++to.stamp.seq;
    touch(to);
    if (wanted(topic)) {
        contract::Header header;
        header.source = source_;
        header.stamp = to.stamp;
        header.time = contract::wall_now();
        header.mono = contract::monotonic_now();
        const auto text = contract::to_text(body);
        send(topic, contract::format_header(header), std::as_bytes(std::span(text)));
    }
    return to.stamp;
}

bool Publisher::wanted(std::string_view topic) const
{
    if (too_many_subscriptions_ || topic.size() > longest_subscription) return true;
    return std::any_of(subscriptions_.begin(), subscriptions_.end(),
                       [&](const auto& prefix) { return topic.starts_with(prefix); });
}

void Publisher::advance(std::string_view stream_name, const contract::Stamp& stamp)
{
    auto& to = stream(stream_name);
    to.stamp = stamp;
    touch(to);
}

void Publisher::send(std::string_view topic, std::string_view header,
                     std::span<const std::byte> body)
{
    Frames event;
    event.reserve(3);
    event.emplace_back(topic.data(), topic.size());
    event.emplace_back(header.data(), header.size());
    event.emplace_back(body.data(), body.size());
    socket_.send(std::move(event));
}

contract::Stamp Publisher::last(std::string_view stream_name)
{
    return stream(stream_name).stamp;
}

void Publisher::end_stream(std::string_view stream_name)
{
    if (const auto found = streams_.find(stream_name); found != streams_.end())
        streams_.erase(found);
}

void Publisher::set_counters(std::function<contract::Json()> counters)
{
    counters_ = std::move(counters);
}

Publisher::Stream& Publisher::stream(std::string_view name)
{
    auto found = streams_.find(name);
    if (found == streams_.end()) {
        found = streams_.emplace(name, Stream{}).first;
        found->second.stamp.epoch = contract::new_epoch();
    }
    return found->second;
}

void Publisher::touch(Stream& stream)
{
    stream.last_event = Clock::now();
    stream.is_told = false;
    alarm_.at_latest(stream.last_event + quiet);
}

/// XPUB hands subscriptions to us as messages: 1 or 0, then the prefix.
void Publisher::on_subscription(const Frames& frames)
{
    const auto message = text(frames.front());
    if (message.empty() || (message[0] != '\1' && message[0] != '\0')) return;
    auto prefix = message.substr(1);
    if (message[0] == '\0') {
        subscriptions_.erase(prefix);
        return;
    }
    if (prefix.size() <= longest_subscription && !subscriptions_.contains(prefix)) {
        if (subscriptions_.size() < most_subscriptions)
            subscriptions_.insert(std::move(prefix));
        else
            too_many_subscriptions_ = true;
    }
    if (!newcomer_) newcomer_ = Clock::now() + welcome;
    alarm_.at_latest(*newcomer_);
}

void Publisher::on_alarm()
{
    if (Clock::now() >= next_beat()) beat();
    alarm_.at(next_beat());
}

Publisher::TimePoint Publisher::next_beat() const
{
    auto due = last_beat_ + interval;
    if (newcomer_) due = std::min(due, *newcomer_);
    for (const auto& [name, stream] : streams_)
        if (!stream.is_told) due = std::min(due, stream.last_event + quiet);
    return due;
}

void Publisher::beat()
{
    last_beat_ = Clock::now();
    newcomer_.reset();
    contract::Heartbeat heartbeat;
    for (auto& [name, stream] : streams_) {
        stream.is_told = true;
        heartbeat.streams[name] = stream.stamp;
    }
    if (!wanted(contract::topics::heartbeat)) return;
    if (counters_) heartbeat.counters = counters_();

    contract::Header header; // uses no number up: it repeats the state stream's last
    header.source = source_;
    header.stamp = stream(contract::streams::state).stamp;
    header.time = contract::wall_now();
    header.mono = contract::monotonic_now();
    const auto body = contract::to_text(contract::Json(heartbeat));
    send(contract::topics::heartbeat, contract::format_header(header),
         std::as_bytes(std::span(body)));
}

} // namespace bus
