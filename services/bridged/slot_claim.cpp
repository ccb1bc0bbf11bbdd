#include "bridged/slot_claim.hpp"

#include <utility>

namespace bridged {

void SlotClaim::take(contract::Claim claim, TimePoint until)
{
    claim_ = std::move(claim);
    until_ = until;
}

void SlotClaim::time_passed(TimePoint now)
{
    if (claim_ && now >= until_) claim_.reset();
}

std::optional<SlotClaim::TimePoint> SlotClaim::wake_at() const
{
    return claim_ ? std::optional{until_} : std::nullopt;
}

bool SlotClaim::admits_address(const std::string& address) const
{
    return !claim_ || claim_->address == address;
}

} // namespace bridged
