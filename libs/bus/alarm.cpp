#include "bus/alarm.hpp"

namespace bus {

Alarm::Alarm(asio::io_context& io, std::function<void()> on_time)
    : timer_(io), state_(std::make_shared<State>(State{std::move(on_time)}))
{
}

Alarm::~Alarm()
{
    stop();
}

void Alarm::at(TimePoint when)
{
    if (when_ == when) return;
    const auto setting = ++state_->setting;
    when_ = when;
    timer_.expires_at(when);
    timer_.async_wait([this, setting, state = state_](const boost::system::error_code& error) {
        if (error || state->setting != setting) return;
        when_.reset();
        state->on_time();
    });
}

void Alarm::at_latest(TimePoint when)
{
    if (!when_ || when < *when_) at(when);
}

void Alarm::stop()
{
    ++state_->setting;
    when_.reset();
    timer_.cancel();
}

} // namespace bus
