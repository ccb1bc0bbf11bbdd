#include "daemonkit/audit_fold.hpp"

#include <algorithm>

namespace daemonkit {

bool AuditFold::is_told(const AuditEntry& entry, TimePoint now)
{
    if (!entry.is_keystroke) return true;
    const auto same = [&](const Open& one) {
        return now < one.until && one.entry.peer == entry.peer &&
               one.entry.holder == entry.holder && one.entry.action == entry.action;
    };
    if (const auto found = std::ranges::find_if(open_, same); found != open_.end()) {
        ++found->entry.times;
        return false;
    }
    if (open_.size() < most_open) {
        open_.push_back({entry, now + most_wait});
        open_.back().entry.times = 0;
    }
    return true;
}

std::vector<AuditEntry> AuditFold::due(TimePoint now)
{
    std::vector<AuditEntry> told;
    std::erase_if(open_, [&](Open& one) {
        if (one.until > now) return false;
        if (one.entry.times > 0) told.push_back(std::move(one.entry));
        return true;
    });
    return told;
}

std::optional<AuditFold::TimePoint> AuditFold::next() const
{
    if (open_.empty()) return std::nullopt;
    return open_.front().until;
}

} // namespace daemonkit
