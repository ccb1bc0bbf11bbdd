#include "contract/time.hpp"

#include <algorithm>
#include <cstdint>

namespace contract {
namespace {

using namespace std::chrono;

constexpr std::string_view pattern = "0000-00-00T00:00:00";

void put(std::string& text, std::size_t at, std::size_t digits, std::int64_t value)
{
    for (std::size_t i = digits; i-- > 0; value /= 10) {
        text[at + i] = static_cast<char>('0' + value % 10);
    }
}

std::optional<int> digits(std::string_view text)
{
    int value = 0;
    for (const char c : text) {
        if (c < '0' || c > '9') return std::nullopt;
        value = value * 10 + (c - '0');
    }
    return value;
}

/// ".123" of "2026-11-22T09:00:00.123Z" as 123000.
std::optional<int> fraction(std::string_view text)
{
    if (text.empty()) return 0;
    if (text.front() != '.' || text.size() < 2 || text.size() > 7) return std::nullopt;
    std::string six(text.substr(1));
    six.resize(6, '0');
    return digits(six);
}

} // namespace

Time wall_now()
{
    return time_point_cast<microseconds>(system_clock::now());
}

Monotonic monotonic_now()
{
    return duration_cast<microseconds>(steady_clock::now().time_since_epoch());
}

std::string format_time(Time time)
{
    // Years beyond four digits come from a broken clock: no reason to write what
    // parse_time() would refuse.
    constexpr Time first = sys_days{year{0} / 1 / 1};
    constexpr Time end = sys_days{year{10000} / 1 / 1};
    time = std::clamp(time, first, end - microseconds{1});

    const auto day = floor<days>(time);
    const year_month_day date{day};
    const std::int64_t us = (time - day).count();
    std::string text = "0000-00-00T00:00:00.000000Z";
    put(text, 0, 4, static_cast<int>(date.year()));
    put(text, 5, 2, static_cast<unsigned>(date.month()));
    put(text, 8, 2, static_cast<unsigned>(date.day()));
    put(text, 11, 2, us / 3'600'000'000);
    put(text, 14, 2, us / 60'000'000 % 60);
    put(text, 17, 2, us / 1'000'000 % 60);
    put(text, 20, 6, us % 1'000'000);
    return text;
}

std::optional<Time> parse_time(std::string_view text)
{
    if (text.size() < pattern.size() + 1 || text.back() != 'Z') return std::nullopt;
    for (const std::size_t at : {4U, 7U, 10U, 13U, 16U}) {
        if (text[at] != pattern[at]) return std::nullopt;
    }
    const auto y = digits(text.substr(0, 4));
    const auto month = digits(text.substr(5, 2)), day = digits(text.substr(8, 2));
    const auto hour = digits(text.substr(11, 2)), minute = digits(text.substr(14, 2));
    const auto second = digits(text.substr(17, 2));
    text.remove_suffix(1);
    const auto us = fraction(text.substr(pattern.size()));
    if (!y || !month || !day || !hour || !minute || !second || !us) return std::nullopt;
    if (*hour > 23 || *minute > 59 || *second > 59) return std::nullopt;

    const year_month_day date{year{*y}, std::chrono::month{static_cast<unsigned>(*month)},
                              std::chrono::day{static_cast<unsigned>(*day)}};
    if (!date.ok()) return std::nullopt;
    return sys_days{date} + hours{*hour} + minutes{*minute} + seconds{*second} + microseconds{*us};
}

} // namespace contract
