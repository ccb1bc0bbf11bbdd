#include "ctl/log_lines.hpp"

#include <charconv>

namespace ctl {

std::string since(const std::string& text, contract::Time now)
{
    std::int64_t number = 0;
    const auto* end = text.data() + text.size();
    const auto [rest, fault] = std::from_chars(text.data(), end, number);
    constexpr std::int64_t longest = 100'000'000;
    if (fault != std::errc{} || end - rest != 1 || number < 0 || number > longest) return text;
    std::int64_t unit = 0;
    switch (*rest) {
    case 's':
        unit = 1;
        break;
    case 'm':
        unit = 60;
        break;
    case 'h':
        unit = 3600;
        break;
    case 'd':
        unit = 86400;
        break;
    default:
        return text;
    }
    return contract::format_time(now - std::chrono::seconds{number * unit});
}

std::optional<contract::Json> log_line(std::string_view line)
{
    constexpr std::size_t time_length = 23; // [2026-02-03 19:32:00.154] [RX] text
    if (line.size() < time_length + 5 || line[0] != '[' || line.substr(time_length + 1, 3) != "] [")
        return std::nullopt;
    const auto direction = line.substr(time_length + 4);
    const auto end = direction.find("] ");
    if (end == std::string_view::npos) return std::nullopt;
    return contract::Json{{"time", line.substr(1, time_length)},
                          {"direction", direction.substr(0, end)},
                          {"text", direction.substr(end + 2)}};
}

} // namespace ctl
