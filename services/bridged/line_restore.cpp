#include "bridged/line_restore.hpp"

namespace bridged {

LineRestore::LineRestore(asio::io_context& io, SerialLine& line) : line_(line), timer_(io) {}

LineRestore::~LineRestore()
{
    *alive_ = false;
}

void LineRestore::begin(const serial::Settings& settings, serial::LineChange lines)
{
    const auto done = [this, alive = alive_](std::error_code) {
        if (*alive && --pending_ == 0) timer_.cancel();
    };
    const bool is_waiting = pending_ > 0; // for what an earlier client has left
    pending_ += 3;
    line_.set_break(false, done);
    line_.configure(settings, done);
    line_.set_outputs(lines, done);
    if (!is_waiting) wait();
}

void LineRestore::wait()
{
    before_ = {pending_, line_.unsent_before_call()};
    timer_.expires_after(patience);
    timer_.async_wait([this, alive = alive_](boost::system::error_code cancelled) {
        if (cancelled || !*alive || pending_ == 0) return;
        if (is_stuck()) line_.purge_before_call();
        wait();
    });
}

bool LineRestore::is_stuck() const
{
    const auto unsent = line_.unsent_before_call();
    return unsent > 0 && unsent >= before_.unsent && pending_ >= before_.pending;
}

} // namespace bridged
