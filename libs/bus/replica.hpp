#pragma once

#include "contract/envelope.hpp"

namespace bus {

/// The whole of "have I missed something?" as one decision, without I/O. One per
/// stream that is followed with snapshots (ZeroMQ Guide ch. 5, Clone, with two repairs:
/// epochs, and heartbeats that are ahead of us).
class Replica {
public:
    enum class Verdict {
        apply,  ///< the next event: apply it
        ignore, ///< already in the snapshot, or a snapshot is on its way
        resync, ///< something was missed: ask for a snapshot
    };

    Verdict event(const contract::Stamp& stamp);
    Verdict heartbeat(const contract::Stamp& stamp);

    /// A snapshot was asked for: nothing is applied until it comes, or failed() is called.
    void asked();
    /// A snapshot came. Returns false when events seen meanwhile are beyond it, so
    /// that it is stale already and has to be asked for again.
    bool snapshot(const contract::Stamp& stamp);
    /// The snapshot did not come, or what came could not be used: out of step.
    void failed();

    bool in_sync() const { return in_sync_; }
    const contract::Stamp& last() const { return last_; }

private:
    void heard(const contract::Stamp& stamp);

    contract::Stamp last_;     // applied
    contract::Stamp furthest_; // heard of since the snapshot was asked for
    bool in_sync_ = false;
    bool asking_ = false;
};

} // namespace bus
