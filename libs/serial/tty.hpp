#pragma once

#include <memory>
#include <optional>
#include <string>
#include <system_error>

#include <sys/stat.h>

#include "serial/descriptor_store.hpp"
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
    /// @param store  may be null: then nothing is kept
    explicit Tty(std::shared_ptr<DescriptorStore> store = nullptr) : store_(std::move(store)) {}
    ~Tty();
    Tty(const Tty&) = delete;
    Tty& operator=(const Tty&) = delete;

    int descriptor() const { return descriptor_; } ///< -1 when not open

    /// EBUSY: another process has it, by TIOCEXCL or flock(), or just open. Its lines are not
    /// touched then. One that the store has kept is not opened again, and of its lines only those
    /// are set that are not so already.
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
    Outcome open_anew(const std::string& devnode, const Settings& settings,
                      const LineChange& lines);
    bool take_kept(const struct stat& node);
    LineChange still_to_change(LineChange lines) const;
    Outcome prepare(const Settings& settings, const LineChange& lines);
    void abandon();

    std::shared_ptr<DescriptorStore> store_;
    int descriptor_ = -1;
    dev_t device_ = 0;
    bool is_pty_ = false;
    bool breaking_ = false;
    bool counts_if_asked_ = false; // see line_discipline::flags_of()
};

} // namespace serial
