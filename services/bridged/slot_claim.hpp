#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "contract/messages.hpp"

namespace bridged {

/// Who has reserved a slot, for a time. Decides only; the clock is the caller's.
class SlotClaim {
public:
    using TimePoint = std::chrono::steady_clock::time_point;

    /// A new claim, or a longer one of the same owner. The caller has made sure that nobody
    /// else holds the slot.
    void take(contract::Claim claim, TimePoint until);
    void release() { claim_.reset(); }
    void time_passed(TimePoint now); ///< call at wake_at()
    std::optional<TimePoint> wake_at() const;

    const std::optional<contract::Claim>& held() const { return claim_; }
    /// Nobody but the owner may; without a claim everybody may.
    bool admits(std::string_view owner) const { return !claim_ || claim_->owner == owner; }
    /// Of a TCP client, who cannot say who it is.
    bool admits_address(const std::string& address) const;

private:
    std::optional<contract::Claim> claim_;
    TimePoint until_{};
};

} // namespace bridged
