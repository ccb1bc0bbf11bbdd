#include "bridged/serial_line.hpp"

#include <utility>

namespace bridged {

namespace {

/// The tty went away meanwhile: what was asked for is held for its return.
bool is_gone(std::error_code fault)
{
    return fault == std::errc::operation_canceled || fault == std::errc::io_error ||
           fault == std::errc::no_such_device || fault == std::errc::no_such_device_or_address ||
           fault == std::errc::bad_file_descriptor;
}

/// A tty that has no lines (a pty) or no break (some CDC-ACM) is no reason to refuse a
/// client: what it asked for is held.
bool refuses_lines(std::error_code fault)
{
    return fault && !is_gone(fault) && fault != std::errc::inappropriate_io_control_operation &&
           fault != std::errc::invalid_argument && fault != std::errc::not_supported &&
           fault != std::errc::operation_not_supported;
}

} // namespace

SerialLine::SerialLine(asio::io_context& io, PortFactory make_port, Events events)
    : io_(io), make_port_(std::move(make_port)), events_(std::move(events))
{
}

SerialLine::~SerialLine()
{
    *alive_ = false;
}

void SerialLine::open(const std::string& devnode, const serial::Settings& settings,
                      serial::LineChange lines, Handler done)
{
    if (port_) retire({}, [] {});
    Opening opening{devnode, settings, lines, std::move(done)};
    if (closing_ > 0)
        waiting_ = std::move(opening);
    else
        start(std::move(opening));
}

void SerialLine::start(Opening opening)
{
    port_ = make_port_(io_, port_events());
    devnode_ = opening.devnode;
    auto* const port = port_.get();
    port->open(opening.devnode, opening.settings, opening.lines,
               [this, alive = alive_, port, opening](std::error_code fault) {
                   if (*alive && port == port_.get()) opened(opening, fault);
               });
}

void SerialLine::opened(const Opening& opening, std::error_code fault)
{
    if (fault) {
        retire({}, [] {});
        return opening.done(fault);
    }
    open_ = true;
    configuring_ = 0;
    asked_ = held_ = opening.settings;
    held_outputs_.dtr = opening.lines.dtr.value_or(true); // the kernel raises both in open()
    held_outputs_.rts = opening.lines.rts.value_or(true);
    breaking_ = false;
    port_->watch_inputs(watching_);
    port_->hold_reading(input_held_);
    read_inputs();
    opening.done({});
    if (events_.info)
        events_.info("Opened " + devnode_ + " at " + std::to_string(held_.baud) + " baud");
    if (open_ && events_.writable) events_.writable();
}

serial::PortInterface::Events SerialLine::port_events()
{
    const auto ours = [this, generation = ++generation_] {
        return open_ && generation == generation_;
    };
    return {
        .received =
            [this, ours](auto bytes, auto time) {
                if (ours()) events_.received(bytes, time);
            },
        .lost =
            [this, ours](std::error_code fault) {
                if (ours()) on_lost(fault);
            },
        .writable =
            [this, ours] {
                if (ours()) events_.writable();
            },
        .inputs_changed =
            [this, ours](const serial::ModemInputs& inputs) {
                if (!ours()) return;
                inputs_ = inputs;
                events_.inputs_changed();
            },
    };
}

void SerialLine::on_lost(std::error_code fault)
{
    retire({}, [] {});
    events_.lost(fault);
}

/// The port leaves at once for everybody else; it is destroyed when it is closed, and
/// never from within its own handler.
void SerialLine::retire(serial::LineChange lines, std::function<void()> done)
{
    if (std::exchange(open_, false) && events_.info) events_.info("Closed " + devnode_);
    inputs_.reset();
    retired_.push_back(std::move(port_));
    const auto place = std::prev(retired_.end());
    (*place)->close(lines, [this, alive = alive_, place, done = std::move(done)](std::error_code) {
        if (!*alive) return;
        asio::post(io_, [this, alive, place] {
            if (*alive) retired_.erase(place);
        });
        done();
    });
}

void SerialLine::close(serial::LineChange idle, std::function<void()> done)
{
    waiting_.reset();
    if (!port_) return done();
    if (open_) {
        hold(idle);
        ++closing_;
        return retire(idle, [this, done = std::move(done)] {
            --closing_;
            if (closing_ == 0 && waiting_) start(*std::exchange(waiting_, std::nullopt));
            done();
        });
    }
    retire(idle, [] {});
    done();
}

void SerialLine::abandon()
{
    waiting_.reset();
    if (port_) retire({}, [] {});
}

bool SerialLine::takes_data() const
{
    return open_ && !input_held_ && port_->queued() < high_water;
}

void SerialLine::write(std::span<const std::byte> bytes)
{
    if (!open_ || bytes.empty()) return;
    events_.sent(bytes, std::chrono::system_clock::now());
    port_->write(bytes);
}

void SerialLine::configure(const serial::Settings& wanted, Handler done)
{
    asked_ = wanted;
    if (!open_) {
        hold(wanted);
        return reply(std::move(done));
    }
    ++configuring_;
    auto* const port = port_.get();
    port->configure(wanted, [this, alive = alive_, port, wanted,
                             done = std::move(done)](std::error_code fault) {
        if (!*alive) return;
        const bool refused = fault && !is_gone(fault);
        if (port == port_.get()) {
            --configuring_;
            hold(refused ? port->settings() : wanted);
            if (refused && configuring_ == 0) asked_ = held_;
        }
        done(refused ? fault : std::error_code{});
    });
}

void SerialLine::set_outputs(serial::LineChange change, Handler done)
{
    if (!open_) {
        hold(change);
        return reply(std::move(done));
    }
    auto* const port = port_.get();
    port->set_lines(change, [this, alive = alive_, port, change,
                             done = std::move(done)](std::error_code fault) {
        if (!*alive) return;
        const bool refused = refuses_lines(fault);
        if (!refused && port == port_.get()) hold(change);
        done(refused ? fault : std::error_code{});
    });
}

void SerialLine::set_break(bool on, Handler done)
{
    if (!open_) return reply(std::move(done));
    auto* const port = port_.get();
    port->set_break(
        on, [this, alive = alive_, port, on, done = std::move(done)](std::error_code fault) {
            if (!*alive) return;
            const bool refused = refuses_lines(fault);
            if (!refused && port == port_.get() && std::exchange(breaking_, on) != on)
                events_.info(on ? "Break ON" : "Break OFF");
            done(refused ? fault : std::error_code{});
        });
}

void SerialLine::hold_input(bool hold)
{
    input_held_ = hold;
    if (!open_) return;
    port_->hold_reading(hold);
    if (!hold) events_.writable();
}

void SerialLine::purge_received()
{
    if (open_) port_->purge_received();
}

void SerialLine::purge_transmit()
{
    if (open_) port_->purge_transmit();
}

void SerialLine::watch_inputs(bool on)
{
    if (std::exchange(watching_, on) != on && open_) port_->watch_inputs(on);
}

void SerialLine::read_inputs()
{
    auto* const port = port_.get();
    port->read_inputs([this, alive = alive_, port](std::optional<serial::ModemInputs> inputs) {
        if (!*alive || port != port_.get() || inputs == inputs_) return;
        inputs_ = inputs;
        events_.inputs_changed();
    });
}

void SerialLine::hold(const serial::Settings& now)
{
    const auto before = std::exchange(held_, now);
    const auto text = [](auto value) { return std::string{serial::to_string(value)}; };
    if (now.baud != before.baud) events_.info("Baudrate changed to " + std::to_string(now.baud));
    if (now.data_bits != before.data_bits)
        events_.info("Data size changed to " + std::to_string(now.data_bits));
    if (now.parity != before.parity) events_.info("Parity changed to " + text(now.parity));
    if (now.stop_bits != before.stop_bits)
        events_.info("Stop bits changed to " + text(now.stop_bits));
    if (now.flow != before.flow) events_.info("Flow control changed to " + text(now.flow));
}

void SerialLine::hold(const serial::LineChange& change)
{
    if (change.dtr && *change.dtr != held_outputs_.dtr) {
        held_outputs_.dtr = change.dtr;
        events_.info(*change.dtr ? "DTR ON" : "DTR OFF");
    }
    if (change.rts && *change.rts != held_outputs_.rts) {
        held_outputs_.rts = change.rts;
        events_.info(*change.rts ? "RTS ON" : "RTS OFF");
    }
}

/// Nobody is answered from within the call that asks.
void SerialLine::reply(Handler done)
{
    asio::post(io_, [alive = alive_, done = std::move(done)] {
        if (*alive) done({});
    });
}

} // namespace bridged
