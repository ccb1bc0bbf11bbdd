#pragma once

#include <optional>
#include <string>
#include <system_error>

#include "serial/interruption.hpp"
#include "serial/settings.hpp"

namespace serial {

/// What one call on a tty came to.
struct Outcome {
    std::error_code error;
    std::optional<Settings> settings = {};  ///< in effect, of open and configure
    std::optional<ModemInputs> inputs = {}; ///< of inputs()
    std::optional<ErrorCounts> counts = {}; ///< of inputs(); nothing where the driver has none
};

/// An open file descriptor of a tty and its ioctls. Each call may block for seconds in the
/// kernel, so they belong on a Worker; descriptor() is for the loop's reads and writes.
class Tty {
public:
    Tty() = default;
    ~Tty();
    Tty(const Tty&) = delete;
    Tty& operator=(const Tty&) = delete;

    int descriptor() const { return descriptor_; } ///< -1 when not open

    /// EBUSY: another process has it, by TIOCEXCL or flock(), or just open. Its lines are not
    /// touched then.
    Outcome open(const std::string& devnode, const Settings& settings, const LineChange& lines);
    /// A break ends, or it would outlive us. Lines first, if given; what was not yet sent is
    /// dropped, as the kernel would otherwise wait up to 30 s for it (closing_wait). Error: of the
    /// lines. Safe when not open.
    Outcome close(const LineChange& lines);

    Outcome configure(const Settings& settings); ///< at once, without a drain
    Outcome set_lines(const LineChange& change);
    Outcome set_break(bool on, Interruption& interruption);
    Outcome drain(Interruption& interruption);
    Outcome inputs();

    /// TCOFLUSH. Does not block and may be called on the loop's thread.
    void flush_transmit();

private:
    bool is_held_elsewhere() const;
    Outcome prepare(const Settings& settings, const LineChange& lines);

    int descriptor_ = -1;
    bool is_pty_ = false;
    bool breaking_ = false;
    bool counts_if_asked_ = false; // see line_discipline::flags_of()
};

} // namespace serial
