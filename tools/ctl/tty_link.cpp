#include "ctl/tty_link.hpp"

#include <algorithm>
#include <span>
#include <stdexcept>
#include <utility>

#include <unistd.h>

#include "telnet/encoder.hpp"

namespace ctl {
namespace {

using namespace std::chrono_literals;
using Fault = boost::system::error_code;

constexpr auto shortest_pause = 50ms; // a program that has opened the tty waits for it
constexpr auto longest_pause = 2s;
constexpr auto closing_wait = 30s; // for what was written before the tty was closed; setserial(8)
constexpr auto renewal = 1s;       // of what somebody may have left who came and went unseen
constexpr std::size_t most_waiting = 64 * 1024; // for the slot: then the tty is not read

} // namespace

TtyLink::TtyLink(asio::io_context& io, std::string host, std::string port,
                 const PtySettings& settings, Tell tell, Moved moved)
    : io_(io),
      host_(std::move(host)),
      port_(std::move(port)),
      tell_(std::move(tell)),
      moved_(std::move(moved)),
      pty_(settings),
      tty_(io, ::dup(pty_.descriptor())),
      resolver_(io),
      timer_(io),
      pause_(shortest_pause)
{
    look();
}

void TtyLink::look_again(Clock::duration pause)
{
    timer_.expires_after(pause);
    timer_.async_wait([this](Fault cancelled) {
        if (!cancelled) look();
    });
}

/// A pty tells that it was closed, but not that it was opened; and `echo x >tty` is over sooner
/// than we look.
void TtyLink::look()
{
    const bool is_open = pty_.is_open();
    const bool was_written = pty_.was_written();
    const bool is_left = !is_open && was_written;
    if (!is_left) give_up_.reset();
    if (is_left && !give_up_) give_up_ = Clock::now() + closing_wait;
    if (is_open || (is_left && Clock::now() < *give_up_)) return connect();
    if (is_left) pty_.forget_written();
    if (Clock::now() - renewed_ >= renewal) make_as_new();
    pause_ = shortest_pause;
    look_again(shortest_pause);
}

void TtyLink::connect()
{
    connection_ = std::make_shared<Connection>(io_);
    resolver_.async_resolve(host_, port_, [this, c = connection_](Fault fault, auto found) {
        if (c != connection_) return;
        if (fault) return disconnect(fault.message());
        asio::async_connect(c->socket, found, [this, c](Fault refused, const auto&) {
            if (c != connection_) return;
            if (refused) return disconnect(refused.message());
            on_connected();
        });
    });
}

void TtyLink::on_connected()
{
    connection_->socket.set_option(asio::ip::tcp::no_delay{true});
    connection_->out = connection_->client.hello();
    connection_->client.set(pty_.settings(), connection_->out);
    send();
    read_slot(connection_);
}

/// One that was left is read to its end: closed before, it would take back what was sent (RST).
void TtyLink::read_slot(const std::shared_ptr<Connection>& c)
{
    c->socket.async_read_some(asio::buffer(c->received), [this, c](Fault fault, std::size_t size) {
        if (c != connection_) {
            if (!fault) read_slot(c);
            return;
        }
        if (fault) return disconnect(c->client.why_closed(fault.message()));
        c->client.receive(std::span{c->received}.first(size), c->in, c->out);
        if (c->client.is_agreed()) {
            pause_ = shortest_pause;
            told_.clear();
            give_up_.reset();
        }
        send();
        if (c == connection_) read_tty();
        if (c != connection_ || c->in.empty()) return read_slot(c);
        asio::async_write(tty_, asio::buffer(c->in), [this, c](Fault, std::size_t) {
            c->in.clear(); // a tty that was closed is heard of by read_tty()
            read_slot(c);
        });
    });
}

/// Not before the slot is ours: what one that is in use refuses is still there the next time.
void TtyLink::read_tty()
{
    auto& c = *connection_;
    if (!c.client.is_agreed() || c.is_closed || c.out.size() > most_waiting) return;
    if (std::exchange(c.reads_tty, true)) return;
    tty_.async_read_some(asio::buffer(typed_),
                         [this, c = connection_](Fault fault, std::size_t size) {
                             if (c != connection_) return;
                             c->reads_tty = false;
                             if (fault == asio::error::operation_aborted) return;
                             if (fault || size == 0) return on_closed(); // EIO
                             on_tty(size);
                             send();
                             read_tty();
                         });
}

/// Packet mode, TIOCPKT of ioctl_tty(2).
void TtyLink::on_tty(std::size_t size)
{
    auto& c = *connection_;
    if (typed_[0] == 0)
        return telnet::append_data(c.out, std::as_bytes(std::span{typed_}.subspan(1, size - 1)));
    pty_.ask_to_be_told();
    c.client.set(pty_.settings(), c.out);
}

/// What the program wrote is still sent, as by a serial port.
void TtyLink::on_closed()
{
    connection_->is_closed = true;
    timer_.expires_after(closing_wait);
    timer_.async_wait([this, c = connection_](Fault cancelled) {
        if (!cancelled && c == connection_) disconnect("some of what was written is lost");
    });
    send();
}

void TtyLink::send()
{
    auto& c = *connection_;
    if (!c.sending.empty()) return;
    if (c.out.empty()) {
        if (c.is_closed) leave();
        return;
    }
    std::swap(c.out, c.sending);
    asio::async_write(c.socket, asio::buffer(c.sending),
                      [this, c = connection_](Fault fault, std::size_t) {
                          if (c != connection_ || fault) return; // read_slot() hears of it, too
                          c->sending.clear();
                          send();
                          if (c == connection_) read_tty();
                      });
}

/// Nobody needs it any more, and all is sent.
void TtyLink::leave()
{
    const auto left = std::exchange(connection_, nullptr);
    Fault ignored;
    left->socket.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
    tty_.cancel(ignored);
    make_as_new();
    look_again(shortest_pause);
}

/// One that its last user left locked is of no use to the next: then there is another, once what
/// he wrote is sent.
void TtyLink::make_as_new()
{
    renewed_ = Clock::now();
    if (pty_.make_as_new() || pty_.was_written()) return;
    PtyLine other{pty_.settings()};
    moved_(other.tty()); // while there is the old one, too: who opens meanwhile finds either
    Fault ignored;
    tty_.close(ignored);
    pty_ = std::move(other);
    tty_.assign(::dup(pty_.descriptor()));
}

void TtyLink::disconnect(const std::string& why)
{
    const auto gone = std::exchange(connection_, nullptr);
    Fault ignored;
    gone->socket.close(ignored);
    tty_.cancel(ignored);
    if (why != std::exchange(told_, why)) tell_(why);
    look_again(pause_);
    pause_ = std::min<Clock::duration>(2 * pause_, longest_pause);
}

namespace fs = std::filesystem;

Symlink::Symlink(fs::path link, std::string target)
    : link_(std::move(link)), target_(std::move(target))
{
    if (fs::exists(fs::symlink_status(link_))) {
        // One that was killed leaves its link behind, to a pty that there is not any more.
        const bool is_left_over = fs::is_symlink(fs::symlink_status(link_)) &&
                                  fs::read_symlink(link_).string().starts_with("/dev/pts/") &&
                                  !fs::exists(link_);
        if (!is_left_over) throw std::runtime_error(link_.string() + " is there already");
        fs::remove(link_);
    }
    fs::create_symlink(target_, link_);
}

void Symlink::point_to(std::string target)
{
    std::error_code fault;
    if (fs::read_symlink(link_, fault) != target_) return; // somebody else's by now
    auto other = link_;
    other += ".new";
    fs::remove(other, fault); // of one that was killed just here
    fs::create_symlink(target, other);
    fs::rename(other, link_); // at once: at no time is there no link
    target_ = std::move(target);
}

Symlink::~Symlink()
{
    std::error_code fault;
    if (fs::read_symlink(link_, fault) == target_) fs::remove(link_, fault);
}

} // namespace ctl
