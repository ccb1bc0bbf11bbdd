#include "bus/replica.hpp"

namespace bus {

Replica::Verdict Replica::event(const contract::Stamp& stamp)
{
    heard(stamp);
    if (asking_) return Verdict::ignore;
    if (in_sync_ && stamp.epoch == last_.epoch) {
        if (stamp.seq <= last_.seq) return Verdict::ignore; // already in the snapshot
        if (stamp.seq == last_.seq + 1) {
            last_ = stamp;
            return Verdict::apply;
        }
    }
    in_sync_ = false; // the daemon started anew, or something was dropped
    return Verdict::resync;
}

Replica::Verdict Replica::heartbeat(const contract::Stamp& stamp)
{
    heard(stamp);
    if (asking_) return Verdict::ignore;
    if (in_sync_ && stamp.epoch == last_.epoch && stamp.seq <= last_.seq) return Verdict::ignore;
    in_sync_ = false;
    return Verdict::resync;
}

void Replica::asked()
{
    asking_ = true;
    furthest_ = {}; // what was heard before is in the answer, whoever gives it
}

bool Replica::snapshot(const contract::Stamp& stamp)
{
    const bool heard_nothing = furthest_.epoch.empty();
    asking_ = false;
    last_ = stamp;
    in_sync_ = heard_nothing || (furthest_.epoch == stamp.epoch && furthest_.seq <= stamp.seq);
    return in_sync_;
}

void Replica::failed()
{
    asking_ = false;
    in_sync_ = false;
}

void Replica::heard(const contract::Stamp& stamp)
{
    if (stamp.epoch != furthest_.epoch || stamp.seq > furthest_.seq) furthest_ = stamp;
}

} // namespace bus
