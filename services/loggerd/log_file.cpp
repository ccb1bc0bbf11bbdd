#include "loggerd/log_file.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <tuple>

namespace loggerd {
namespace {

constexpr std::size_t date_bytes = 10;

bool cut_end(std::string_view& text, std::string_view end)
{
    if (!text.ends_with(end)) return false;
    text.remove_suffix(end.size());
    return true;
}

template<typename Number>
bool read_number(std::string_view text, Number& number)
{
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc{} && end == text.data() + text.size();
}

/// A day that a calendar has, in ten characters.
bool is_date(std::string_view text)
{
    if (text.size() != date_bytes || text[4] != '-' || text[7] != '-') return false;
    unsigned year = 0, month = 0, day = 0;
    if (!read_number(text.substr(0, 4), year) || !read_number(text.substr(5, 2), month) ||
        !read_number(text.substr(8, 2), day))
        return false;
    using namespace std::chrono;
    return year_month_day{std::chrono::year{static_cast<int>(year)}, std::chrono::month{month},
                          std::chrono::day{day}}
        .ok();
}

bool is_plain(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-' || c == '_';
}

bool ends_in_date(std::string_view text)
{
    return text.size() > date_bytes + 1 && text[text.size() - date_bytes - 1] == '_' &&
           is_date(text.substr(text.size() - date_bytes));
}

/// ".2" and up, written as we write it.
bool cut_part(std::string_view& text, unsigned& part)
{
    const auto dot = text.rfind('.');
    if (dot == std::string_view::npos) return false;
    const auto digits = text.substr(dot + 1);
    if (digits.empty() || digits.front() == '0' || !read_number(digits, part)) return false;
    text = text.substr(0, dot);
    return part >= 2 && part <= most_parts;
}

} // namespace

std::string LogFile::name() const
{
    auto text = board + "_" + date;
    if (part > 1) text += "." + std::to_string(part);
    text += ".log";
    if (compressed) text += compressed_suffix;
    return text;
}

std::optional<LogFile> parse_log_file(std::string_view name)
{
    LogFile file;
    file.compressed = cut_end(name, compressed_suffix);
    if (!cut_end(name, ".log")) return {};
    if (!ends_in_date(name) && !(cut_part(name, file.part) && ends_in_date(name))) return {};
    file.date = name.substr(name.size() - date_bytes);
    file.board = name.substr(0, name.size() - date_bytes - 1);
    if (file.board.front() == '.' || !std::ranges::all_of(file.board, is_plain)) return {};
    return file;
}

bool ByAge::operator()(const LogFile& a, const LogFile& b) const
{
    return std::tie(a.date, a.board, a.part, a.compressed) <
           std::tie(b.date, b.board, b.part, b.compressed);
}

} // namespace loggerd
