#include <algorithm>
#include <cerrno>
#include <chrono>

#include <sys/ioctl.h>
#include <unistd.h>

#include "serial/port_core.hpp"

namespace serial {

namespace {

// Per wake-up, so that a board that floods does not starve the others on the loop.
constexpr int most_reads = 16;
constexpr std::size_t most_written = 64 * 1024;

std::error_code system_error(int error)
{
    return {error, std::generic_category()};
}

} // namespace

void Port::Core::hold_reading(bool hold)
{
    reading_held_ = hold;
    if (state_ == State::open) wait_readable();
}

bool Port::Core::tty_is_locked() const
{
    return in_flight_ && in_flight_->effect == OperationQueue::Effect::locks_tty;
}

void Port::Core::wait_readable()
{
    if (reading_held_ || waiting_readable_ || tty_is_locked()) return;
    waiting_readable_ = true;
    stream_.async_wait(asio::posix::stream_descriptor::wait_read,
                       [self = weak_from_this(), generation = generation_](auto error) {
                           const auto core = self.lock();
                           if (!core || error || generation != core->generation_) return;
                           core->waiting_readable_ = false;
                           core->read_available();
                       });
}

void Port::Core::read_available()
{
    for (int reads = 0; reads < most_reads && !reading_held_ && !tty_is_locked(); ++reads)
        if (!read_once()) break;
    if (state_ == State::open) wait_readable();
}

/// @return whether there may be more
bool Port::Core::read_once()
{
    const auto generation = generation_;
    const ssize_t count = ::read(tty_->descriptor(), read_buffer_.data(), read_buffer_.size());
    const auto now = std::chrono::system_clock::now();
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) return errno == EINTR;
    if (count <= 0) { // 0 is the end of a tty that was hung up
        later_if_open([this, error = system_error(count < 0 ? errno : EIO)] { lose(error); });
        return false;
    }
    const auto size = static_cast<std::size_t>(count);
    if (events_.received) events_.received(std::span(read_buffer_).first(size), now);
    // A short read was most likely all there was; epoll knows.
    return generation == generation_ && state_ == State::open && size == read_buffer_.size();
}

void Port::Core::receive_now()
{
    const auto self = shared_from_this();
    for (int reads = 0; reads < most_reads && state_ == State::open && !tty_is_locked(); ++reads)
        if (!read_once()) break;
}

std::size_t Port::Core::unsent() const
{
    int in_kernel = 0;
    if (state_ == State::open) ::ioctl(tty_->descriptor(), TIOCOUTQ, &in_kernel);
    return queue_.bytes() + static_cast<std::size_t>(std::max(in_kernel, 0));
}

void Port::Core::write(std::span<const std::byte> bytes)
{
    if (state_ == State::closed || state_ == State::lost) return;
    queue_.add(bytes);
    pump();
    above_low_water_ = above_low_water_ || queue_.bytes() > low_water;
}

/// Does what comes next, as far as it goes without waiting.
void Port::Core::pump()
{
    if (state_ != State::open || in_flight_ || waiting_writable_) return;
    if (!write_available()) return;
    if (auto next = queue_.take_call()) start(std::move(*next));
}

/// @return true when no bytes come next any more
bool Port::Core::write_available()
{
    std::size_t written = 0;
    for (auto bytes = queue_.next_bytes(); !bytes.empty(); bytes = queue_.next_bytes()) {
        const ssize_t count =
            written < most_written ? ::write(tty_->descriptor(), bytes.data(), bytes.size()) : 0;
        if (count < 0 && errno == EINTR) continue;
        if (count < 0 && errno != EAGAIN) {
            later_if_open([this, error = system_error(errno)] { lose(error); });
            return false;
        }
        if (count <= 0) {
            wait_writable();
            break;
        }
        written += static_cast<std::size_t>(count);
        queue_.written(static_cast<std::size_t>(count));
    }
    tell_writable();
    return !waiting_writable_;
}

void Port::Core::wait_writable()
{
    waiting_writable_ = true;
    if (wait_pending_) return;
    wait_pending_ = true;
    stream_.async_wait(asio::posix::stream_descriptor::wait_write,
                       [self = weak_from_this(), generation = generation_](auto error) {
                           const auto core = self.lock();
                           if (!core || error || generation != core->generation_) return;
                           core->wait_pending_ = false;
                           core->waiting_writable_ = false;
                           core->pump();
                       });
}

void Port::Core::tell_writable()
{
    if (!above_low_water_ || queue_.bytes() > low_water) return;
    above_low_water_ = false;
    later_if_open([this] {
        if (events_.writable) events_.writable();
    });
}

void Port::Core::lose(std::error_code reason)
{
    if (state_ != State::open) return;
    state_ = State::lost;
    lost_ = reason;
    stream_.cancel();
    poll_timer_.cancel();
    cancel_queue(reason);
    if (events_.lost) events_.lost(reason);
}

} // namespace serial
