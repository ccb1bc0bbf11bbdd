#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <system_error>

#include "serial/settings.hpp"

namespace serial {

/// What a bridge needs of a tty; the seam for the fake (tests/fakes/fake_port.hpp).
///
/// Everything is asynchronous and on the loop's thread: no call here blocks, and handlers
/// are never called from inside the call that takes them. write, configure, set_lines,
/// set_break and drain form one queue and take effect in the order of the calls: data
/// written before a configure leaves at the old rate (TCSADRAIN). purge and close
/// overtake it. Reading never stops while the port is open, unless hold_reading(). Once a port is
/// destroyed, none of its handlers and events is called; it may be destroyed in one of them.
class PortInterface {
public:
    using Handler = std::function<void(std::error_code)>;

    struct Events {
        /// Bytes from the board, as one read() gave them (at most 4096), and when.
        std::function<void(std::span<const std::byte>, std::chrono::system_clock::time_point)>
            received;
        /// The tty is gone (EIO, hangup) or a read or write failed. Once; close it then.
        std::function<void(std::error_code)> lost;
        /// queued() has fallen to low_water or below after it was above.
        std::function<void()> writable;
        /// While watch_inputs() is on: the first values, then each change. Never on a pty.
        std::function<void(const ModemInputs&)> inputs_changed;
        /// While watch_inputs() is on: what went wrong since the last poll, or since the first.
        /// Never where the driver counts none (a pty).
        std::function<void(const LineErrors&)> line_errors = {};
    };

    static constexpr std::size_t low_water = 16 * 1024;

    virtual ~PortInterface() = default;

    /// Opens without waiting for carrier, O_NOCTTY, raw, HUPCL off, exclusive (TIOCEXCL, not
    /// on a pty), the lines set by one ioctl directly after open(), then reads.
    /// Errors: what open(2) says; device_or_resource_busy when another holds it with TIOCEXCL;
    /// already_connected when this port is open.
    virtual void open(const std::string& devnode, const Settings& settings, LineChange idle_lines,
                      Handler done) = 0;
    virtual bool is_open() const = 0;
    /// Lines are set first, if given; queued writes are dropped and the handlers of the queue
    /// called with operation_canceled. Safe when not open. is_open() is false from now on, and
    /// another open() may follow at once; `done` comes when the kernel is done.
    virtual void close(LineChange lines, Handler done) = 0;

    virtual void
    write(std::span<const std::byte> bytes) = 0; ///< copied; errors come as events.lost
    virtual std::size_t queued() const = 0;      ///< bytes not yet taken by the kernel
    virtual std::size_t unsent() const = 0;      ///< and those that it has taken (TIOCOUTQ)

    /// Applies all settings; `done` gets an error when the tty refused them, and
    /// settings() then says what is in effect. A rate up to 5 % off is the nearest one that the
    /// hardware has, a pty's 8N is how ptys are; neither is a refusal.
    virtual void configure(const Settings& settings, Handler done) = 0;
    /// What is in effect as far as the tty can tell (a pty forces 8N).
    virtual Settings settings() const = 0;

    /// A tty without lines (a pty) completes with not_a_tty (ENOTTY).
    virtual void set_lines(LineChange change, Handler done) = 0;
    virtual void set_break(bool on, Handler done) = 0;
    virtual void drain(Handler done) = 0; ///< all that was written has left the UART

    /// While held nothing is read: what comes waits in the kernel, and a loss is noticed late.
    virtual void hold_reading(bool hold) = 0;

    /// Reads what is there now, at most 64 KiB, held or not; events.received is called meanwhile.
    virtual void receive_now() = 0;
    /// Queued writes and TCOFLUSH; a drain or configure that waits for them goes on.
    virtual void purge_transmit() = 0;

    /// Bytes that the next call waits for, queued and in the kernel; 0 where no call is queued or
    /// under way. Those behind that call do not count.
    virtual std::size_t unsent_before_call() const = 0;
    /// As purge_transmit(), of these only.
    virtual void purge_before_call() = 0;

    /// Inputs now; nothing where the tty has none.
    virtual void read_inputs(std::function<void(std::optional<ModemInputs>)> done) = 0;
    /// Polls the inputs and the counters of line errors every 250 ms while the port is open, for
    /// events.inputs_changed and line_errors. Off at first and meant for the time when somebody
    /// looks, because each poll wakes up twice.
    virtual void watch_inputs(bool on) = 0;
};

} // namespace serial
