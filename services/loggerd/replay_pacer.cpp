#include "loggerd/replay_pacer.hpp"

#include <algorithm>
#include <utility>

namespace loggerd {

void ReplayPacer::ring(TimePoint now, bool is_flood)
{
    if (waiting_ || failed_) return;
    const auto when = is_flood ? now : std::max(now, earliest_);
    next_ = std::min(next_.value_or(when), when);
}

void ReplayPacer::asked(TimePoint now)
{
    if (!continues_) {
        // Rounds that follow close on each other: the board is talking all the time.
        if (now - round_began_ > 2 * interval) busy_ = 0;
        before_ = std::exchange(round_began_, now);
        got_ = 0;
    }
    waiting_ = true;
    failed_ = false;
    next_.reset();
    if (look_ && *look_ <= now) look_.reset();
}

void ReplayPacer::answered_in_part(std::size_t bytes, TimePoint now)
{
    got_ += bytes;
    waiting_ = false;
    continues_ = true;
    next_ = now;
    count_busy();
}

void ReplayPacer::answered(std::size_t bytes, TimePoint now)
{
    got_ += bytes;
    waiting_ = false;
    continues_ = false;
    pause_anew();
    earliest_ = round_began_ + pause_;
    quiet_ = got_ != 0 ? 0 : quiet_ + 1;
    if (got_ != 0) {
        count_busy();
    } else {
        busy_ = 0;
        if (quiet_ >= quiet_rounds) listens_ = true;
    }
    if (!listens_) next_ = std::max(now, earliest_);
}

/// The next round shall bring round_bytes if the slot goes on as it did since the round before. One
/// that brought little says little, so a pause at most doubles.
void ReplayPacer::pause_anew()
{
    using Seconds = std::chrono::duration<double>;
    const double rounds = static_cast<double>(round_bytes) / static_cast<double>(got_ + 1);
    const Seconds wanted = (round_began_ - before_) * rounds;
    const auto most =
        std::min<std::chrono::microseconds>(interval, 2 * std::max(pause_, least_pause));
    pause_ = wanted < most ? std::chrono::ceil<std::chrono::microseconds>(wanted) : most;
}

void ReplayPacer::count_busy()
{
    if (++busy_ >= busy_rounds) listens_ = false;
}

void ReplayPacer::failed(TimePoint retry_at)
{
    waiting_ = false;
    continues_ = false;
    failed_ = true;
    next_ = retry_at;
}

std::optional<ReplayPacer::TimePoint> ReplayPacer::due() const
{
    if (waiting_) return {};
    if (next_ && look_) return std::min(*next_, *look_);
    return next_ ? next_ : look_;
}

} // namespace loggerd
