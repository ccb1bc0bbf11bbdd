#include "loggerd/replay_pacer.hpp"

#include <algorithm>

namespace loggerd {

void ReplayPacer::ring(TimePoint now)
{
    if (!waiting_ && !next_) next_ = std::max(now, earliest_);
}

void ReplayPacer::asked(TimePoint now)
{
    if (!continues_) {
        // Rounds that follow close on each other: the board is talking all the time.
        if (now - round_began_ > 2 * interval) busy_ = 0;
        round_began_ = now;
        earliest_ = now + interval;
    }
    waiting_ = true;
    next_.reset();
    if (look_ && *look_ <= now) look_.reset();
}

void ReplayPacer::answered_in_part(TimePoint now)
{
    waiting_ = false;
    continues_ = true;
    next_ = now;
}

void ReplayPacer::answered(Found found, TimePoint now)
{
    const bool something = found == Found::something || continues_;
    waiting_ = false;
    continues_ = false;
    busy_ = something ? busy_ + 1 : 0;
    quiet_ = something ? 0 : quiet_ + 1;
    if (listens_ && busy_ >= busy_rounds) {
        listens_ = false;
    } else if (!listens_ && quiet_ >= quiet_rounds) {
        listens_ = true;
        busy_ = 0;
    }
    if (!listens_) next_ = std::max(now, earliest_);
}

void ReplayPacer::failed(TimePoint retry_at)
{
    waiting_ = false;
    continues_ = false;
    next_ = retry_at;
}

std::optional<ReplayPacer::TimePoint> ReplayPacer::due() const
{
    if (waiting_) return {};
    if (next_ && look_) return std::min(*next_, *look_);
    return next_ ? next_ : look_;
}

} // namespace loggerd
