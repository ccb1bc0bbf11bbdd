#pragma once

#include <algorithm>
#include <chrono>

namespace portald {

/// So many a second, and a store of some for bursts. No I/O.
class TokenBucket {
public:
    using TimePoint = std::chrono::steady_clock::time_point;

    TokenBucket(double per_second, double most, TimePoint now)
        : per_second_(per_second), most_(most), tokens_(most), since_(now)
    {
    }

    /// False: there is none left.
    bool take(TimePoint now)
    {
        refill(now);
        if (tokens_ < 1) return false;
        tokens_ -= 1;
        return true;
    }
    bool has_one(TimePoint now)
    {
        refill(now);
        return tokens_ >= 1;
    }
    bool is_full(TimePoint now)
    {
        refill(now);
        return tokens_ >= most_;
    }

private:
    void refill(TimePoint now)
    {
        const std::chrono::duration<double> passed = now - since_;
        since_ = now;
        tokens_ = std::min(most_, tokens_ + std::max(0.0, passed.count()) * per_second_);
    }

    double per_second_;
    double most_;
    double tokens_;
    TimePoint since_;
};

} // namespace portald
