#pragma once

#include <chrono>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <system_error>

#include "loop/asio.hpp"
#include "serial/port_interface.hpp"

namespace bridged {

/// The serial line of one slot: the tty while it is open, and what is asked of it
/// whether it is or not. Holds settings and outputs as asked for, which on a pty is
/// more than the tty itself can say; says in words what changed. Each opening gets a port
/// of its own, so that one which is stuck in the kernel delays nobody.
class SerialLine {
public:
    using Time = std::chrono::system_clock::time_point;
    using Handler = serial::PortInterface::Handler;
    using PortFactory = std::function<std::unique_ptr<serial::PortInterface>(
        asio::io_context&, serial::PortInterface::Events)>;

    struct Events {
        std::function<void(std::span<const std::byte>, Time)> received; ///< from the board
        std::function<void(std::span<const std::byte>, Time)> sent;     ///< to the board
        std::function<void(const std::string&)> info; ///< docs/states-and-texts.md; on change only
        std::function<void(std::error_code)> lost;    ///< the tty is gone; is closed already
        std::function<void()> writable;               ///< takes_data() again
        std::function<void()> inputs_changed;
    };

    /// Data to the tty beyond this waits where it comes from.
    static constexpr std::size_t high_water = 64 * 1024;

    SerialLine(asio::io_context& io, PortFactory make_port, Events events);
    ~SerialLine();
    SerialLine(const SerialLine&) = delete;
    SerialLine& operator=(const SerialLine&) = delete;

    /// Waits for an orderly close() that still runs. A later open or close takes the
    /// place of one that is not done; its handler is then not called.
    void open(const std::string& devnode, const serial::Settings& settings,
              serial::LineChange lines, Handler done);
    /// @param idle  set first  @param done  always called, at once when nothing is open
    void close(serial::LineChange idle, std::function<void()> done);
    void abandon(); ///< the device is gone: nothing is set, nobody waits
    bool is_open() const { return open_; }

    bool takes_data() const;
    void write(std::span<const std::byte> bytes); ///< dropped when not open

    /// As asked for, with what the tty refused taken back.
    const serial::Settings& settings() const { return held_; }
    const serial::LineChange& outputs() const { return held_outputs_; }
    bool breaking() const { return breaking_; }
    /// Each look wakes the machine up, so only while somebody is interested.
    void watch_inputs(bool on);
    const std::optional<serial::ModemInputs>& inputs() const { return inputs_; }
    /// What the last change asked for, done or not: what the next one builds on.
    const serial::Settings& asked() const { return asked_; }

    /// Each is queued behind what was written before and says when it took effect; an error
    /// when the tty truly refused. Without an open tty it is held for the next open().
    void configure(const serial::Settings& wanted, Handler done);
    void set_outputs(serial::LineChange change, Handler done);
    void set_break(bool on, Handler done);

    /// Neither side is heard while held: takes_data() is false, and the board's bytes wait in
    /// the kernel.
    void hold_input(bool hold);

    void purge_received();
    void purge_transmit();

private:
    struct Opening {
        std::string devnode;
        serial::Settings settings;
        serial::LineChange lines;
        Handler done;
    };
    void start(Opening opening);
    void opened(const Opening& opening, std::error_code fault);
    void on_lost(std::error_code fault);
    void retire(serial::LineChange lines, std::function<void()> done);
    serial::PortInterface::Events port_events();
    void read_inputs();
    void hold(const serial::Settings& settings);
    void hold(const serial::LineChange& change);
    void reply(Handler done);

    asio::io_context& io_;
    PortFactory make_port_;
    Events events_;
    std::unique_ptr<serial::PortInterface> port_;
    std::list<std::unique_ptr<serial::PortInterface>> retired_; // closing, maybe for seconds
    std::size_t closing_ = 0;                                   // of them, orderly
    std::optional<Opening> waiting_;                            // for those
    std::uint64_t generation_ = 0; // of port_: a retired one has nothing more to say
    bool open_ = false;
    std::string devnode_;
    serial::Settings asked_;
    serial::Settings held_;
    std::size_t configuring_ = 0;
    serial::LineChange held_outputs_{.dtr = false, .rts = false};
    bool breaking_ = false;
    bool watching_ = false;
    bool input_held_ = false;
    std::optional<serial::ModemInputs> inputs_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true); // ports' handlers may outlive us
};

} // namespace bridged
