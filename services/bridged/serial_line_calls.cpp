#include <utility>

#include "bridged/serial_line.hpp"

/// The half of SerialLine that is asked for something while it is open.
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

bool SerialLine::takes_data() const
{
    return open_ && !input_held_ && !outputs_.in_sequence() && port_->queued() < high_water;
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

/// A client hears of no error when the tty went away: what it asked for is held.
void SerialLine::set_outputs(serial::LineChange change, Handler done)
{
    if (!open_) {
        outputs_.hold(change);
        return reply(std::move(done));
    }
    outputs_.ask(change, [done = std::move(done)](std::error_code fault) {
        done(is_gone(fault) ? std::error_code{} : fault);
    });
}

void SerialLine::set_outputs_exactly(serial::LineChange change, Handler done)
{
    outputs_.set(change, std::move(done));
}

void SerialLine::run(std::span<const LineStep> steps, Handler done)
{
    outputs_.run(steps, std::move(done));
}

void SerialLine::apply(serial::LineChange change, Handler done)
{
    if (!open_) return reply(std::move(done));
    port_->set_lines(change, [alive = alive_, done = std::move(done)](std::error_code fault) {
        if (*alive) done(refuses_lines(fault) ? fault : std::error_code{});
    });
}

void SerialLine::set_break(bool on, Handler done)
{
    if (!open_) return reply(std::move(done));
    auto* const port = port_.get();
    breaking_ = on;
    port->set_break(
        on, [this, alive = alive_, port, on, done = std::move(done)](std::error_code fault) {
            if (!*alive) return;
            const bool refused = refuses_lines(fault);
            if (refused && port == port_.get())
                breaking_ = break_told_;
            else if (port == port_.get() && std::exchange(break_told_, on) != on)
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

std::size_t SerialLine::unsent() const
{
    return open_ ? port_->unsent() : 0;
}

void SerialLine::receive_now()
{
    if (open_) port_->receive_now();
}

void SerialLine::purge_transmit()
{
    if (!open_) return;
    const auto unsent = port_->unsent();
    port_->purge_transmit();
    if (unsent > 0) events_.info("Purged " + std::to_string(unsent) + " bytes that were not sent");
}

std::size_t SerialLine::unsent_before_call() const
{
    return open_ ? port_->unsent_before_call() : 0;
}

void SerialLine::purge_before_call()
{
    if (!open_) return;
    const auto unsent = port_->unsent_before_call();
    port_->purge_before_call();
    if (unsent > 0) events_.info("Purged " + std::to_string(unsent) + " bytes that were not sent");
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

/// Nobody is answered from within the call that asks.
void SerialLine::reply(Handler done)
{
    asio::post(io_, [alive = alive_, done = std::move(done)] {
        if (*alive) done({});
    });
}

} // namespace bridged
