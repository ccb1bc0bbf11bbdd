#include "bridged/session.hpp"

#include <poll.h>

#include <utility>

namespace bridged {

namespace {

/// Enough for a full segment or two; a client's share of the loop per turn.
constexpr std::size_t write_size = 64 * 1024;

} // namespace

Session::Session(asio::io_context& io, asio::ip::tcp::socket socket, SerialLine& line, Role role,
                 std::string signature, Events events)
    : socket_(std::move(socket)),
      line_(line),
      events_(std::move(events)),
      conversation_(io, line, queue_, role, std::move(signature), [this] { resume(); }),
      hold_(io),
      linger_(io),
      look_(io)
{
}

void Session::start()
{
    boost::system::error_code gone; // is heard by read()
    socket_.non_blocking(true, gone);
    hold_.expires_after(hold_output);
    hold_.async_wait([self = shared_from_this()](boost::system::error_code cancelled) {
        if (cancelled) return;
        self->holding_ = false;
        self->flush();
    });
    read();
}

void Session::board_output(std::span<const std::byte> bytes)
{
    queue_.board_output(bytes);
    flush();
}

void Session::inputs_changed()
{
    conversation_.notices().inputs_changed();
    flush();
}

void Session::line_errors(const serial::LineErrors& errors)
{
    conversation_.notices().line_errors(errors);
    flush();
}

void Session::resume()
{
    if (!reading_) work();
}

void Session::read()
{
    reading_ = true;
    socket_.async_read_some(asio::buffer(input_buffer_),
                            [self = shared_from_this()](auto fault, std::size_t size) {
                                self->reading_ = false;
                                self->on_read(fault, size);
                            });
}

void Session::on_read(boost::system::error_code fault, std::size_t size)
{
    if (state_ != State::open) return;
    if (fault == asio::error::eof) return on_fin();
    if (fault) return fail();
    input_ = std::span{input_buffer_}.first(size);
    if (std::exchange(holding_, false)) hold_.cancel();
    work();
}

void Session::work()
{
    if (state_ != State::open) return;
    const auto kind_before = conversation_.kind();
    const bool heard_all = conversation_.hear(input_);
    flush();
    if (conversation_.kind() != kind_before) events_.spoke();
    if (state_ != State::open) return;
    if (heard_all)
        read();
    else
        watch_for_end();
}

/// While nothing is read, the client's end would go unnoticed for as long as the tty takes.
void Session::watch_for_end()
{
    if (std::exchange(watching_, true)) return;
    unsent_ = line_.unsent();
    unsent_since_ = std::chrono::steady_clock::now();
    look_for_end();
}

void Session::look_for_end()
{
    look_.expires_after(look_after);
    look_.async_wait([self = shared_from_this()](boost::system::error_code cancelled) {
        if (cancelled || self->state_ != State::open || self->reading_) {
            self->watching_ = false;
            return;
        }
        const auto now = std::chrono::steady_clock::now();
        if (const auto unsent = self->line_.unsent(); unsent != self->unsent_) {
            self->unsent_ = unsent;
            self->unsent_since_ = now;
        }
        pollfd look{self->socket_.native_handle(), POLLRDHUP, 0};
        ::poll(&look, 1, 0);
        if ((look.revents & (POLLERR | POLLHUP)) != 0) return self->fail();
        const bool is_stuck = now - self->unsent_since_ >= patience_after_fin;
        if ((look.revents & POLLRDHUP) != 0 && is_stuck) return self->on_fin();
        self->look_for_end();
    });
}

void Session::flush()
{
    if (queue_.overflowed() && state_ != State::closed) return fail();
    if (writing_ || holding_ || state_ == State::closed) return;
    sending_.clear();
    queue_.take(sending_, write_size);
    if (sending_.empty()) return;
    // At once, as it nearly always can be; a fault is told of by the next write.
    boost::system::error_code refused;
    const auto sent = socket_.write_some(asio::buffer(sending_), refused);
    if (!refused && sent == sending_.size() && queue_.is_empty()) return;
    writing_ = true;
    asio::async_write(socket_, asio::buffer(sending_) + sent,
                      [self = shared_from_this()](auto fault, std::size_t) {
                          self->writing_ = false;
                          if (self->state_ == State::closed) return;
                          if (fault) return self->fail();
                          self->flush();
                      });
}

/// `printf x | socat - tcp:…` has closed its side and still wants the answer.
void Session::on_fin()
{
    state_ = State::half_closed;
    holding_ = false;
    flush();
    linger_.expires_after(answer_after_fin);
    linger_.async_wait([self = shared_from_this()](boost::system::error_code cancelled) {
        if (!cancelled && self->state_ == State::half_closed) self->finish();
    });
    events_.gone(End::closed);
}

void Session::fail()
{
    const bool was_open = state_ == State::open;
    const auto self = shared_from_this();
    auto events = std::exchange(events_, {[] {}, [](End) {}, [] {}});
    close();
    if (was_open) events.gone(End::reset);
    events.done();
}

void Session::finish()
{
    const auto self = shared_from_this();
    auto events = std::exchange(events_, {[] {}, [](End) {}, [] {}});
    close();
    events.done();
}

void Session::close()
{
    if (state_ == State::closed) return;
    state_ = State::closed;
    events_ = {[] {}, [](End) {}, [] {}};
    hold_.cancel();
    linger_.cancel();
    look_.cancel();
    boost::system::error_code ignored;
    socket_.shutdown(asio::ip::tcp::socket::shutdown_both, ignored);
    socket_.close(ignored);
}

} // namespace bridged
