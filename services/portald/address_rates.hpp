#pragma once

#include <map>
#include <mutex>
#include <string>

#include "portald/token_bucket.hpp"

namespace portald {

/// A bucket for each address, so that nobody takes another's share. Any thread.
class AddressRates {
public:
    static constexpr std::size_t most_addresses = 1024;

    AddressRates(double a_second, double at_once) : a_second_(a_second), at_once_(at_once) {}

    /// False: it is too many, or too many addresses have taken some just now.
    bool take(const std::string& address, TokenBucket::TimePoint now);
    /// Whether take() would be true; takes nothing.
    bool has(const std::string& address, TokenBucket::TimePoint now);

private:
    TokenBucket* bucket_of(const std::string& address, TokenBucket::TimePoint now);

    double a_second_;
    double at_once_;
    std::mutex mutex_;
    std::map<std::string, TokenBucket> buckets_;
};

} // namespace portald
