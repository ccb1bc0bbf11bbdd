#include "loggerd/local_time.hpp"

#include <algorithm>
#include <ctime>
#include <utility>

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

std::string_view LocalTime::stamp(contract::Time time)
{
    const auto ms = microseconds(time) / 1000;
    if (ms == std::exchange(cached_ms_, ms)) return cached_text_;
    if (const auto minute = ms / 60'000; minute != std::exchange(cached_minute_, minute))
        set_minute(minute);
    auto rest = static_cast<unsigned>(ms % 60'000); // of a minute
    for (const std::size_t at : {22U, 21U, 20U, 18U, 17U}) {
        cached_text_[at] = static_cast<char>('0' + rest % 10);
        rest /= 10;
    }
    return cached_text_;
}

void LocalTime::set_minute(std::int64_t minute)
{
    const std::time_t start = minute * 60;
    std::tm local{};
    ::localtime_r(&start, &local);
    cached_text_ = fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:00.000", local.tm_year + 1900,
                               local.tm_mon + 1, local.tm_mday, local.tm_hour, local.tm_min);
}

} // namespace loggerd
