#pragma once

#include <chrono>
#include <optional>
#include <vector>

#include "bridged/profile.hpp"

namespace bridged {

/// DTR and RTS, both known.
struct Lines {
    bool dtr = false;
    bool rts = false;

    bool operator==(const Lines&) const = default;
};
Lines with(Lines lines, const serial::LineChange& change);

/// Turns what a client asks of DTR and RTS into what is done to them. A network client changes
/// them one by one, 50 ms and more apart, where the circuits of ESP boards need both at once; so
/// by its profile's circuit a change is held back, or a whole sequence known by its
/// beginning (docs/design.md, "Profiles"). Decides only: no I/O, no clock.
class LineRule {
public:
    using TimePoint = std::chrono::steady_clock::time_point;
    using Steps = std::vector<LineStep>;

    static constexpr std::chrono::seconds longest_hold{1}; ///< more than any sane round trip

    /// The lines are so, whatever was asked before: directly after open, or after a sequence.
    LineRule(const Profile& profile, Lines now) { begin(profile, now); }
    void begin(const Profile& profile, Lines now);

    Steps ask(serial::LineChange change, TimePoint now);
    std::optional<TimePoint> wake_at() const { return give_up_at_; }
    Steps time_passed(TimePoint now); ///< call at wake_at()

    const Lines& asked() const { return asked_; }

private:
    enum class Mode {
        passing,
        holding_dtr, ///< DTR was asked for and is not on
        entering,    ///< the bootloader's sequence is run here when the client's own ends
    };

    Steps ask_two_transistors(Lines wanted, serial::LineChange change, TimePoint now);
    Steps ask_usb_serial_jtag(Lines wanted, serial::LineChange change, TimePoint now);
    Steps enter_bootloader(Mode next);
    Steps end_hold(Lines wanted);
    Steps release(Lines wanted);

    const Profile* profile_;
    Mode mode_ = Mode::passing;
    Lines asked_;
    Lines before_;                  ///< asked_ before it last became another
    bool rts_off_repeated_ = false; ///< since DTR is held
    std::optional<TimePoint> give_up_at_;
};

} // namespace bridged
