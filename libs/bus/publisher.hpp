#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bus/alarm.hpp"
#include "bus/handshake_watch.hpp"
#include "bus/socket.hpp"
#include "contract/messages.hpp"

namespace bus {

/// The events socket of one daemon (XPUB, so that it knows what anybody wants).
/// Stamps, sends, and beats: a heartbeat goes out 200 ms after a stream's last
/// event, 50 ms after a subscription (a late joiner need not wait), and every 5 s.
/// Sending never blocks; a subscriber that lags loses, and can tell by seq.
class Publisher {
public:
    /// @param endpoints  all are bound
    /// @throws std::runtime_error when one cannot be
    Publisher(asio::io_context& io, zmq::context_t& context,
              const std::vector<std::string>& endpoints, std::string source);
    ~Publisher();

    /// One endpoint more, for other machines: who comes is judged by the context's Gatekeeper, and
    /// must prove by CURVE to know our public key and to have a key, if a secret key is given.
    /// @param stranger  told the address of who fails before that (see HandshakeWatch)
    /// @throws std::runtime_error when it cannot be bound
    void listen(const std::string& endpoint, const std::string& secret_key,
                std::function<void(const std::string& address)> stranger);

    /// Sends a JSON event as the next of the stream and returns its stamp.
    contract::Stamp publish(std::string_view stream, std::string_view topic,
                            const contract::Json& body);

    /// Whether anybody is subscribed to this topic. Remembers at most 4096 prefixes of at
    /// most 256 bytes; when there were more, the answer is yes.
    bool wanted(std::string_view topic) const;

    /// For streams that number themselves (serial.*: the history ring does): says
    /// where the stream stands now, for heartbeats …
    void advance(std::string_view stream, const contract::Stamp& stamp);
    /// … and sends what was numbered there.
    void send(std::string_view topic, std::string_view header, std::span<const std::byte> body);

    /// The last stamp used; a stream not yet used is begun (seq 0, new epoch).
    contract::Stamp last(std::string_view stream);
    /// Forgets a stream (a slot that was removed).
    void end_stream(std::string_view stream);

    /// What heartbeats carry as counters; asked each time.
    void set_counters(std::function<contract::Json()> counters);

private:
    using TimePoint = std::chrono::steady_clock::time_point;
    struct Stream {
        contract::Stamp stamp;
        TimePoint last_event{};
        bool is_told = true; ///< a heartbeat carried this stamp
    };
    Stream& stream(std::string_view name);
    void touch(Stream& stream);
    void on_subscription(const Frames& frames);
    void on_alarm();
    TimePoint next_beat() const;
    void beat();

    asio::io_context& io_;
    zmq::context_t& context_;
    std::string source_;
    std::map<std::string, Stream, std::less<>> streams_;
    std::set<std::string, std::less<>> subscriptions_;
    bool too_many_subscriptions_ = false;
    std::function<contract::Json()> counters_;
    std::optional<TimePoint> newcomer_; // its heartbeat is due
    TimePoint last_beat_;
    Alarm alarm_; // always set
    Socket socket_;
    std::optional<HandshakeWatch> strangers_;
};

} // namespace bus
