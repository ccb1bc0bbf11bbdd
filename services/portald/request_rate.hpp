#pragma once

#include <optional>

#include "portald/address_rates.hpp"
#include "portald/request.hpp"

namespace portald {

/// How often an address may change something, so that a script gone wild, or somebody who guesses
/// names, does not keep the bus busy for all others. Any thread.
class RequestRate {
public:
    static constexpr double a_second = 50, at_once = 200;
    static constexpr std::size_t most_addresses = AddressRates::most_addresses;

    /// 429, if it is too many. What udev tells comes in storms, and from here: it is not counted.
    std::optional<Response> refusal(const Request& request, TokenBucket::TimePoint now);

private:
    AddressRates rates_{a_second, at_once};
};

} // namespace portald
