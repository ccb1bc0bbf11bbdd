#include "serial/port.hpp"

#include "serial/port_core.hpp"

namespace serial {

Port::Port(asio::io_context& io, Events events, std::shared_ptr<DescriptorStore> store)
    : core_(std::make_shared<Core>(io, std::move(events), std::move(store)))
{
}

Port::~Port()
{
    core_->shut_down();
}

void Port::open(const std::string& devnode, const Settings& settings, LineChange idle_lines,
                Handler done)
{
    core_->open(devnode, settings, idle_lines, std::move(done));
}

bool Port::is_open() const
{
    return core_->is_open();
}

void Port::close(LineChange lines, Handler done)
{
    core_->close(lines, std::move(done));
}

void Port::write(std::span<const std::byte> bytes)
{
    core_->write(bytes);
}

std::size_t Port::queued() const
{
    return core_->queued();
}

std::size_t Port::unsent() const
{
    return core_->unsent();
}

void Port::configure(const Settings& settings, Handler done)
{
    // Not TCSETSW2, which is the same in one call: when it is interrupted because the output was
    // purged, the settings have to be applied all the same; and it locks out reads meanwhile.
    drain({});
    core_->enqueue({[=](Tty& tty) { return tty.configure(settings); }, std::move(done), nullptr,
                    OperationQueue::Effect::locks_tty});
}

Settings Port::settings() const
{
    return core_->settings();
}

void Port::set_lines(LineChange change, Handler done)
{
    core_->enqueue({[=](Tty& tty) { return tty.set_lines(change); }, std::move(done), nullptr});
}

void Port::set_break(bool on, Handler done)
{
    const auto interruption = std::make_shared<Interruption>();
    core_->enqueue({[=](Tty& tty) { return tty.set_break(on, *interruption); }, std::move(done),
                    interruption});
}

void Port::drain(Handler done)
{
    const auto interruption = std::make_shared<Interruption>();
    core_->enqueue(
        {[=](Tty& tty) { return tty.drain(*interruption); }, std::move(done), interruption});
}

void Port::hold_reading(bool hold)
{
    core_->hold_reading(hold);
}

void Port::receive_now()
{
    core_->receive_now();
}

void Port::purge_transmit()
{
    core_->purge_transmit();
}

std::size_t Port::unsent_before_call() const
{
    return core_->unsent_before_call();
}

void Port::purge_before_call()
{
    core_->purge_before_call();
}

void Port::read_inputs(std::function<void(std::optional<ModemInputs>)> done)
{
    core_->read_inputs(std::move(done));
}

void Port::watch_inputs(bool on)
{
    core_->watch_inputs(on);
}

} // namespace serial
