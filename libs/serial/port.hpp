#pragma once

#include <memory>

#include "loop/asio.hpp"
#include "serial/descriptor_store.hpp"
#include "serial/port_interface.hpp"

namespace serial {

/// A real tty. The loop's thread reads and writes (O_NONBLOCK); open, close, termios,
/// TIOCM*, break and drain run on one thread of this port, because they can block
/// for seconds in the kernel (a disconnected cdc_acm: 5 s each). Destroying it never
/// waits for that thread: a call that is stuck is left to finish by itself.
class Port final : public PortInterface {
public:
    /// @param store  keeps what is open for the process that comes next; may be null
    Port(asio::io_context& io, Events events, std::shared_ptr<DescriptorStore> store = nullptr);
    ~Port() override;

    void open(const std::string& devnode, const Settings& settings, LineChange idle_lines,
              Handler done) override;
    bool is_open() const override;
    void close(LineChange lines, Handler done) override;
    void write(std::span<const std::byte> bytes) override;
    std::size_t queued() const override;
    std::size_t unsent() const override;
    void configure(const Settings& settings, Handler done) override;
    Settings settings() const override;
    void set_lines(LineChange change, Handler done) override;
    void set_break(bool on, Handler done) override;
    void drain(Handler done) override;
    void hold_reading(bool hold) override;
    void receive_now() override;
    void purge_transmit() override;
    std::size_t unsent_before_call() const override;
    void purge_before_call() override;
    void read_inputs(std::function<void(std::optional<ModemInputs>)> done) override;
    void watch_inputs(bool on) override;

private:
    class Core;
    std::shared_ptr<Core> core_; // shared with the thread, which may outlive us
};

} // namespace serial
