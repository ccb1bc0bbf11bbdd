#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <system_error>

#include "bridged/line_rule.hpp"
#include "loop/asio.hpp"
#include "serial/port_interface.hpp"

namespace bridged {

/// DTR and RTS of one slot. What a client asks for goes through the profile's LineRule; its
/// steps, and those of whole sequences, are done to the tty one after the other, in time.
class OutputLines {
public:
    using Handler = serial::PortInterface::Handler;
    /// Sets lines of the tty, or holds them when there is none; an error only when the
    /// tty truly refused.
    using Apply = std::function<void(serial::LineChange, Handler)>;

    struct Events {
        std::function<void(const std::string&)> info; ///< "DTR ON" …, when asked() has changed
        std::function<void()> settled;                ///< in_sequence() is over
    };
    OutputLines(asio::io_context& io, Apply apply, Events events);
    ~OutputLines();
    OutputLines(const OutputLines&) = delete;
    OutputLines& operator=(const OutputLines&) = delete;

    /// The tty is opened with these lines, both given. What was under way is given up
    /// (operation_canceled).
    void begin(const Profile& profile, serial::LineChange lines);
    /// What was under way is given up; a change that is asked for is held.
    void closed();
    void hold(serial::LineChange lines); ///< there is no tty to set

    /// Through the rule. A sequence that this sets off is done when it has begun.
    void ask(serial::LineChange change, Handler done);
    void set(serial::LineChange change, Handler done); ///< past it, to the letter
    void run(std::span<const LineStep> steps, Handler done);

    serial::LineChange asked() const; ///< both are given
    bool in_sequence() const;         ///< takes its time; the board hears nothing meanwhile

private:
    struct Job {
        LineRule::Steps steps;
        Lines before; ///< asked for, to go back to when the tty refuses
        Handler done;
        std::size_t next = 0;
    };
    void add(Job job);
    void step();
    void stepped(std::error_code fault);
    void finish(std::error_code fault);
    void give_up();
    void watch_hold();
    void tell(Lines before);

    asio::io_context& io_;
    Apply apply_;
    Events events_;
    const Profile* profile_;
    LineRule rule_;
    Lines told_;
    std::deque<Job> jobs_;                                       // the first is under way
    std::uint64_t turn_ = 0;                                     // of the step that is waited for
    asio::steady_timer pause_;                                   // between steps
    asio::steady_timer hold_;                                    // of the rule
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true); // the tty's handlers outlive us
};

} // namespace bridged
