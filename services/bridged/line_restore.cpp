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
    pending_ += 3;
    line_.set_break(false, done);
    line_.configure(settings, done);
    line_.set_outputs(lines, done);
    wait();
}

void LineRestore::wait()
{
    unsent_ = line_.unsent();
    timer_.expires_after(patience);
    timer_.async_wait([this, alive = alive_](boost::system::error_code cancelled) {
        if (cancelled || !*alive || pending_ == 0) return;
        if (line_.unsent() >= unsent_) line_.purge_transmit();
        wait();
    });
}

} // namespace bridged
