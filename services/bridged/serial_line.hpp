#pragma once

#include <chrono>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <system_error>
#include <vector>

#include "bridged/output_lines.hpp"
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
        std::function<void(const serial::LineErrors&)> line_errors; ///< have happened
    };

    /// Data to the tty beyond this waits where it comes from.
    static constexpr std::size_t high_water = 64 * 1024;

    SerialLine(asio::io_context& io, PortFactory make_port, Events events);
    ~SerialLine();
    SerialLine(const SerialLine&) = delete;
    SerialLine& operator=(const SerialLine&) = delete;

    /// Waits for an orderly close() that still runs. A later open or close takes the
    /// place of one that is not done; its handler is then not called.
    void open(const std::string& devnode, const serial::Settings& settings, const Profile& profile,
              serial::LineChange lines, Handler done);
    /// @param idle  set first
    /// @param done  always called, at once when nothing is open or still closing
    void close(serial::LineChange idle, std::function<void()> done);
    void abandon(); ///< the device is gone: nothing is set, nobody waits
    bool is_open() const { return open_; }

    bool takes_data() const;
    void write(std::span<const std::byte> bytes); ///< dropped when not open

    /// As asked for, with what the tty refused taken back.
    const serial::Settings& settings() const { return held_; }
    serial::LineChange outputs() const { return outputs_.asked(); } ///< both are given
    bool breaking() const { return breaking_; }                     ///< likewise
    bool in_sequence() const { return outputs_.in_sequence(); }     ///< of run(), or of the rule
    std::size_t unsent() const; ///< bytes written that have not left, 0 when not open
    bool is_configuring() const { return configuring_ > 0; } ///< asked() is not yet settings()
    /// Each look wakes the machine up, so only while somebody is interested.
    void watch_inputs(bool on);
    const std::optional<serial::ModemInputs>& inputs() const { return inputs_; }
    /// What the last change asked for, done or not: what the next one builds on.
    const serial::Settings& asked() const { return asked_; }

    /// Each is queued behind what was written before and says when it took effect; an error
    /// when the tty truly refused. Without an open tty it is held for the next open().
    void configure(const serial::Settings& wanted, Handler done);
    void set_outputs(serial::LineChange change, Handler done); ///< by the profile's rule
    void set_break(bool on, Handler done);

    /// Past the rule. The error also when the tty is gone meanwhile (operation_canceled).
    void set_outputs_exactly(serial::LineChange change, Handler done);
    void run(std::span<const LineStep> steps, Handler done);

    /// Neither side is heard while held: takes_data() is false, and the board's bytes wait in
    /// the kernel.
    void hold_input(bool hold);

    /// Hands on what the board has sent so far, so that it can be told from what comes
    /// later. Nothing is thrown away here, as TCIFLUSH would: it belongs into the record.
    void receive_now();
    void purge_transmit();
    /// As of serial::PortInterface.
    std::size_t unsent_before_call() const;
    void purge_before_call();

private:
    struct Opening {
        std::string devnode;
        serial::Settings settings;
        const Profile* profile;
        serial::LineChange lines;
        Handler done;
    };
    void start(Opening opening);
    void opened(const Opening& opening, std::error_code fault);
    void catch_up(const Opening& opening);
    void on_lost(std::error_code fault);
    void retire(serial::LineChange lines, std::function<void()> done);
    void all_closed();
    serial::PortInterface::Events port_events();
    void read_inputs();
    void hold(const serial::Settings& settings);
    void apply(serial::LineChange change, Handler done);
    void reply(Handler done);

    asio::io_context& io_;
    PortFactory make_port_;
    Events events_;
    std::unique_ptr<serial::PortInterface> port_;
    std::list<std::unique_ptr<serial::PortInterface>> retired_; // closing, maybe for seconds
    std::size_t closing_ = 0;                                   // of them, orderly
    std::optional<Opening> waiting_;                            // for those
    std::vector<std::function<void()>> closed_;                 // so are these
    std::uint64_t generation_ = 0; // of port_: a retired one has nothing more to say
    bool open_ = false;
    std::string devnode_;
    serial::Settings asked_;
    serial::Settings held_;
    std::size_t configuring_ = 0;
    OutputLines outputs_;
    bool breaking_ = false;
    bool break_told_ = false; // by an info
    bool watching_ = false;
    bool input_held_ = false;
    std::optional<serial::ModemInputs> inputs_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true); // ports' handlers may outlive us
};

} // namespace bridged
