#include "loggerd/log_place.hpp"

#include <algorithm>
#include <charconv>

#include "contract/json.hpp"
#include "contract/time.hpp"

namespace loggerd {
namespace {

constexpr std::size_t longest_name = 255;
constexpr std::size_t most_others = 64; // more than a trail keeps

[[noreturn]] void refuse(const std::string& verb, const std::string& what)
{
    throw contract::BadMessage{verb + ": " + what};
}

/// The beginning of "2026-02-03 19:32:00.154", at least a day and no half of a number.
bool is_local(std::string_view text)
{
    constexpr std::string_view shape = "0000-00-00 00:00:00.000";
    const auto size = text.size();
    if (size != 10 && size != 13 && size != 16 && size != 19 && size != shape.size()) return false;
    for (std::size_t i = 0; i < size; ++i) {
        const bool fits = shape[i] == '0' ? text[i] >= '0' && text[i] <= '9' : text[i] == shape[i];
        if (!fits) return false;
    }
    return true;
}

/// "…Z", or with "+01:00" for the Z.
std::optional<contract::Time> absolute(std::string_view text)
{
    if (text.ends_with('Z')) return contract::parse_time(text);
    constexpr std::size_t zone_bytes = 6;
    if (text.size() <= zone_bytes) return {};
    const auto zone = text.substr(text.size() - zone_bytes);
    if ((zone[0] != '+' && zone[0] != '-') || zone[3] != ':') return {};
    int hours = 0;
    int minutes = 0;
    const auto is_number = [](std::string_view digits, int& value) {
        const auto end = digits.data() + digits.size();
        return digits[0] >= '0' && digits[0] <= '9' &&
               std::from_chars(digits.data(), end, value).ptr == end;
    };
    if (!is_number(zone.substr(1, 2), hours) || !is_number(zone.substr(4, 2), minutes)) return {};
    text.remove_suffix(zone_bytes);
    const auto time = contract::parse_time(std::string{text} + "Z");
    if (!time) return {};
    const auto ahead = std::chrono::hours{hours} + std::chrono::minutes{minutes};
    return zone[0] == '+' ? *time - ahead : *time + ahead;
}

std::string local(const std::optional<std::string>& text, const char* key, const std::string& verb)
{
    if (!text) return {};
    if (const auto time = absolute(*text)) return LocalTime{}.text(*time);
    auto spaced = *text;
    if (spaced.size() > 10 && spaced[10] == 'T') spaced[10] = ' ';
    if (!is_local(spaced))
        refuse(verb, std::string{key} + ": " + contract::to_text(text->substr(0, 64)) +
                         " is not a time like 2026-11-22T09:00:00Z or 2026-11-22 10:00:00");
    return spaced;
}

LogPlace parse_place(std::string_view cursor, const std::string& verb)
{
    const auto mark = cursor.rfind('@');
    if (mark == std::string_view::npos || mark > longest_name)
        refuse(verb, "cursor: is none of ours");
    const auto digits = cursor.substr(mark + 1);
    std::uint64_t at = 0;
    const auto end = digits.data() + digits.size();
    const auto file = parse_log_file(cursor.substr(0, mark));
    const auto [read, error] = std::from_chars(digits.data(), end, at);
    if (!file || file->compressed || error != std::errc{} || read != end)
        refuse(verb, "cursor: is none of ours");
    return {*file, at};
}

} // namespace

std::string LogPlace::cursor() const
{
    auto text = file.name() + "@" + std::to_string(at);
    for (const auto& other : others)
        text += "," + other.file.name() + "@" + std::to_string(other.at);
    return text;
}

LogPlace parse_cursor(std::string_view cursor, const std::string& verb)
{
    const auto comma = std::min(cursor.find(','), cursor.size());
    auto place = parse_place(cursor.substr(0, comma), verb);
    for (cursor.remove_prefix(comma); !cursor.empty();) {
        cursor.remove_prefix(1);
        const auto end = std::min(cursor.find(','), cursor.size());
        if (place.others.size() == most_others) refuse(verb, "cursor: is none of ours");
        const auto other = parse_place(cursor.substr(0, end), verb);
        place.others.push_back({other.file, other.at});
        cursor.remove_prefix(end);
    }
    return place;
}

LogFile parse_file_argument(std::string_view name, const std::string& verb)
{
    auto file = name.size() <= longest_name ? parse_log_file(name) : std::nullopt;
    if (!file) refuse(verb, "file: is not the name of a log");
    file->compressed = false;
    return *file;
}

bool TimeRange::has(std::string_view time) const
{
    return (from.empty() || time >= from) && (to.empty() || time < to);
}

bool TimeRange::may_have_day(std::string_view date) const
{
    return (from.empty() || date >= std::string_view{from}.substr(0, 10)) &&
           (to.empty() || date < to);
}

TimeRange parse_range(const std::optional<std::string>& from, const std::optional<std::string>& to,
                      const std::string& verb)
{
    return {local(from, "from", verb), local(to, "to", verb)};
}

} // namespace loggerd
