#include "bridged/line_rule.hpp"

#include <utility>

namespace bridged {

namespace {

using namespace std::chrono_literals;

constexpr Lines none{false, false};
constexpr Lines only_dtr{true, false};
constexpr Lines only_rts{false, true};
constexpr Lines both{true, true};

constexpr auto between_jtag_steps = 50ms;

LineStep step(Lines lines, std::chrono::milliseconds pause = 0ms)
{
    return {{.dtr = lines.dtr, .rts = lines.rts}, pause};
}

bool is_dtr_on(const serial::LineChange& change)
{
    return change.dtr == true && !change.rts;
}

} // namespace

Lines with(Lines lines, const serial::LineChange& change)
{
    return {change.dtr.value_or(lines.dtr), change.rts.value_or(lines.rts)};
}

void LineRule::begin(const Profile& profile, Lines now)
{
    profile_ = &profile;
    mode_ = Mode::passing;
    asked_ = before_ = now;
    give_up_at_.reset();
}

LineRule::Steps LineRule::ask(serial::LineChange change, TimePoint now)
{
    const auto wanted = with(asked_, change);
    Steps steps;
    switch (profile_->circuit) {
    case Circuit::direct:
        steps = {{change}};
        break;
    case Circuit::two_transistors:
        steps = ask_two_transistors(wanted, change, now);
        break;
    case Circuit::usb_serial_jtag:
        steps = ask_usb_serial_jtag(wanted, change, now);
        break;
    }
    if (wanted != asked_) before_ = std::exchange(asked_, wanted);
    return steps;
}

/// Out of reset (RTS) into the bootloader is RTS off and DTR on in one, or EN rises in between and
/// the app boots. Both on is the same as both off to this circuit, so nobody misses it.
LineRule::Steps LineRule::ask_two_transistors(Lines wanted, serial::LineChange change,
                                              TimePoint now)
{
    if (mode_ == Mode::holding_dtr) {
        if (is_dtr_on(change)) return {}; // again: esptool repeats DTR after each RTS
        return release(wanted);
    }
    if (asked_ == only_rts && is_dtr_on(change)) {
        mode_ = Mode::holding_dtr;
        give_up_at_ = now + longest_hold;
        return {};
    }
    return {{change}};
}

/// DTR alone sets the flag that the next reset is one into the bootloader, and stays set for a
/// reset by the app itself. So it is shown as both off until RTS on makes it both on.
LineRule::Steps LineRule::ask_usb_serial_jtag(Lines wanted, serial::LineChange change,
                                              TimePoint now)
{
    switch (mode_) {
    case Mode::entering:
        if (wanted == only_dtr) return {}; // again: esptool repeats DTR after each RTS
        if (wanted == none) return enter_bootloader(Mode::passing);
        return release(wanted);
    case Mode::holding_dtr:
        if (wanted == only_dtr) {
            rts_off_repeated_ = rts_off_repeated_ || change.rts == false;
            return {};
        }
        return end_hold(wanted);
    case Mode::passing:
        break;
    }
    if (wanted != only_dtr || asked_ == only_dtr) return {{change}};
    if (asked_ == both && before_ == only_rts) {
        // The classic entry, from a client that cannot see what board this is. It ends with DTR
        // off; not before, so that a client far away has its answers soon after the board's.
        mode_ = Mode::entering;
        give_up_at_ = now + longest_hold;
    } else {
        mode_ = Mode::holding_dtr;
        rts_off_repeated_ = false;
    }
    return {step(none)};
}

LineRule::Steps LineRule::enter_bootloader(Mode next)
{
    mode_ = next;
    give_up_at_.reset();
    return {profile_->bootloader.begin(), profile_->bootloader.end()};
}

/// An open turns DTR on, then RTS. RTS off between the two, which it was already, is
/// esptool's entry for this chip: there the flag is meant.
LineRule::Steps LineRule::end_hold(Lines wanted)
{
    Steps steps;
    if (rts_off_repeated_ && wanted == both) steps.push_back(step(only_dtr, between_jtag_steps));
    mode_ = Mode::passing;
    steps.push_back(step(wanted));
    return steps;
}

LineRule::Steps LineRule::release(Lines wanted)
{
    mode_ = Mode::passing;
    give_up_at_.reset();
    return {step(wanted)};
}

LineRule::Steps LineRule::time_passed(TimePoint now)
{
    if (!give_up_at_ || now < *give_up_at_) return {};
    if (mode_ == Mode::entering) return enter_bootloader(Mode::holding_dtr);
    return release(asked_);
}

} // namespace bridged
