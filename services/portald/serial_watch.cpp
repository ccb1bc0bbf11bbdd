#include "portald/serial_watch.hpp"

#include <algorithm>
#include <utility>

#include "bus/alarm.hpp"
#include "contract/messages.hpp"
#include "contract/names.hpp"

namespace portald {

namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

// A bridged that was killed took the request with it; asking again is what heals.
constexpr auto deadline = 1s;
constexpr auto retry_pause = 200ms;
// A board that talks all the time is asked so often: 5 MB/s, more than any UART has. A flood on a
// pty is not followed any faster: bridged holds it back for its lossless reader, loggerd.
constexpr auto round_pause = 50ms;

} // namespace

/// One who listens: one request at a time.
class SerialWatch::Listener {
public:
    Listener(SerialWatch& watch, Listening listening, OnEnd on_end)
        : watch_(watch),
          listening_(std::move(listening)),
          on_end_(std::move(on_end)),
          alarm_(watch.io_, [this] { ask(); })
    {
        watch_.listeners_.push_back(this);
        set_bell(true);
        const auto now = Clock::now();
        listening_.begin(now);
        alarm_.at(now);
    }
    ~Listener()
    {
        watch_.listeners_.remove(this);
        set_bell(false);
        if (watch_.listeners_.empty()) watch_.bell_.unsubscribe(contract::topics::heartbeat);
    }
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;

    const std::string& slot() const { return listening_.slot(); }

    void heard(const contract::Stamp& stamp)
    {
        furthest_ = stamp;
        if (!waiting_ && listening_.is_behind(stamp)) alarm_.at_latest(next_round());
    }

private:
    Clock::time_point next_round() const { return std::max(Clock::now(), asked_ + round_pause); }

    void ask()
    {
        waiting_ = true;
        asked_ = Clock::now();
        watch_.bridged_.call(
            contract::verbs::serial_replay, contract::Json(listening_.request()),
            [this, alive = std::weak_ptr{alive_}](const contract::Reply& reply) {
                if (alive.lock()) on_reply(reply);
            },
            deadline);
    }

    void on_reply(const contract::Reply& reply)
    {
        waiting_ = false;
        const auto* error = std::get_if<contract::Error>(&reply.result);
        if (error) return on_error(*error);
        try {
            on_answer(std::get<contract::Json>(reply.result).get<contract::ReplayAnswer>(),
                      contract::events_of(reply));
        } catch (const contract::BadMessage& bad) {
            on_error({contract::ErrorCode::internal, bad.what()});
        }
    }

    void on_error(const contract::Error& error)
    {
        if (listening_.gives_up(error, asked_)) return end(error);
        alarm_.at(Clock::now() + retry_pause);
    }

    void on_answer(const contract::ReplayAnswer& answer, const std::vector<contract::Event>& events)
    {
        listening_.take(answer, events, asked_, Clock::now());
        if (listening_.is_done()) return end(listening_.heard());
        set_bell(!answer.more); // a flood is no news, and costs both sides much
        if (answer.more) return alarm_.at(next_round());
        alarm_.at(listening_.look_at());
        // What was heard of another epoch says nothing now: the answer is of the present one.
        const bool ahead = furthest_.epoch == answer.epoch && listening_.is_behind(furthest_);
        if (ahead) alarm_.at_latest(next_round());
    }

    /// What falls between asking and subscribing is told by the heartbeat that follows the latter.
    void set_bell(bool on)
    {
        if (on == std::exchange(has_bell_, on)) return;
        const auto bell = contract::topics::serial_rx(slot());
        on ? watch_.bell_.subscribe(bell) : watch_.bell_.unsubscribe(bell);
    }

    /// The last thing that is done: `on_end` may destroy us.
    void end(std::variant<Heard, contract::Error> result)
    {
        alarm_.stop();
        const auto on_end = std::exchange(on_end_, {});
        on_end(std::move(result));
    }

    SerialWatch& watch_;
    Listening listening_;
    OnEnd on_end_;
    contract::Stamp furthest_; // heard of
    Clock::time_point asked_{};
    bool has_bell_ = false;
    bool waiting_ = true; // for an answer, or for the first request
    bus::Alarm alarm_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true); // replies outlive us
};

SerialWatch::SerialWatch(asio::io_context& io, zmq::context_t& context,
                         const std::string& runtime_dir)
    : io_(io),
      bridged_(io, context, contract::requests_endpoint(runtime_dir, "bridged"), "bridged"),
      bell_(io, context, contract::events_endpoint(runtime_dir, "bridged"),
            [this](const contract::Event& event) { on_event(event); })
{
}

std::shared_ptr<void> SerialWatch::listen(Listening listening, OnEnd on_end)
{
    if (listeners_.empty()) bell_.subscribe(contract::topics::heartbeat);
    return std::make_shared<Listener>(*this, std::move(listening), std::move(on_end));
}

void SerialWatch::on_event(const contract::Event& event)
{
    if (event.topic != contract::topics::heartbeat) {
        const auto slot = contract::topics::slot_of(event.topic);
        for (auto* listener : listeners_) {
            if (listener->slot() == slot) listener->heard(event.header.stamp);
        }
        return;
    }
    const auto heartbeat = contract::body<contract::Heartbeat>(event);
    for (auto* listener : listeners_) {
        const auto stamp = heartbeat.streams.find(contract::streams::serial(listener->slot()));
        if (stamp != heartbeat.streams.end()) listener->heard(stamp->second);
    }
}

} // namespace portald
