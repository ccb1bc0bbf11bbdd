#include "loggerd/local_time.hpp"

#include <algorithm>
#include <ctime>

#include <spdlog/fmt/fmt.h>

namespace loggerd {
namespace {

// A day is left at both ends, for zones.
constexpr std::int64_t earliest = 86'400LL * 1'000'000;
constexpr std::int64_t latest = 253'402'214'400LL * 1'000'000 - 1;

std::int64_t microseconds(contract::Time time)
{
    return std::clamp<std::int64_t>(time.time_since_epoch().count(), earliest, latest);
}

} // namespace

LocalTime::LocalTime()
{
    ::tzset();
}

std::string LocalTime::text(contract::Time time)
{
    const auto us = microseconds(time);
    const auto seconds = us / 1'000'000;
    return fmt::format("{}{:02}.{:03}", minute(seconds), seconds % 60, us / 1000 % 1000);
}

const std::string& LocalTime::minute(std::int64_t seconds)
{
    const auto asked = seconds / 60;
    if (asked == cached_minute_) return cached_text_;
    const std::time_t start = asked * 60;
    std::tm local{};
    ::localtime_r(&start, &local);
    cached_minute_ = asked;
    cached_text_ = fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:", local.tm_year + 1900,
                               local.tm_mon + 1, local.tm_mday, local.tm_hour, local.tm_min);
    return cached_text_;
}

} // namespace loggerd
