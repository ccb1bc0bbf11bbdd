#include "loggerd/log_lines.hpp"

#include <algorithm>

#include "contract/log_verbs.hpp"
#include "loggerd/decoder.hpp"

namespace loggerd {
namespace {

constexpr std::size_t block_bytes = contract::most_log_bytes;
constexpr std::size_t step_back_bytes = 262144;
constexpr std::size_t look_bytes = 65536; // for a file's first line, and for its last

/// How much of a block is whole lines; all of it when it is one endless line, or the last.
std::size_t whole_lines(std::string_view block, bool is_last, LastLine last)
{
    const auto end = block.rfind('\n');
    const bool all = is_last ? last == LastLine::counts : end == std::string_view::npos;
    if (all) return block.size();
    return end == std::string_view::npos ? 0 : end + 1;
}

bool is_wanted(std::string_view line, const TimeRange& range)
{
    if (range.is_all()) return true;
    // What is no line of a log (torn, a person's note) has no time that could be asked for.
    const auto parsed = parse_line(line);
    return parsed && range.has(parsed->time);
}

/// Takes lines of a block; returns how much of it was looked at.
std::size_t take_lines(std::string_view block, std::uint64_t block_at, const TimeRange& range,
                       std::size_t most, LinesRead& read)
{
    std::size_t place = 0;
    while (place < block.size()) {
        const auto newline = block.find('\n', place);
        const auto end = newline == std::string_view::npos ? block.size() : newline + 1;
        const auto line = block.substr(place, end - place);
        if (is_wanted(line.substr(0, line.size() - (newline != std::string_view::npos)), range)) {
            if (!read.text.empty() && read.text.size() + line.size() > most) break;
            if (read.text.empty()) read.at = block_at + place;
            read.text += line;
        }
        place = end;
    }
    return place;
}

std::string time_of(std::string_view line)
{
    const auto parsed = parse_line(line);
    return parsed ? std::string{parsed->time} : std::string{};
}

} // namespace

LinesRead read_lines(LogText& text, std::uint64_t at, const TimeRange& range, LastLine last,
                     std::size_t most, const Budget& budget)
{
    LinesRead read;
    read.at = read.next = at;
    do {
        const auto block = text.read(read.next, block_bytes);
        const bool is_last = block.size() < block_bytes;
        const auto whole = std::string_view{block}.substr(0, whole_lines(block, is_last, last));
        const auto taken = take_lines(whole, read.next, range, most, read);
        read.next += taken;
        if (taken < whole.size()) return read;
        read.at_end = is_last;
    } while (!read.at_end && !budget.is_spent());
    return read;
}

TailFound find_tail(LogText& text, std::uint32_t lines, LastLine last, std::uint64_t& bytes_left)
{
    const auto end = text.end();
    TailFound found{end, 0, false};
    bool behind_line = false; // there is one that begins further to the left
    for (auto from = end; from > 0;) {
        const auto size = std::min<std::uint64_t>(
            {step_back_bytes, from, std::max<std::uint64_t>(bytes_left, 1)});
        const auto block = text.read(from - size, static_cast<std::size_t>(size));
        if (from == end) behind_line = last == LastLine::counts && !block.ends_with('\n');
        from -= size;
        bytes_left -= std::min(bytes_left, size);
        for (auto i = block.size(); i-- > 0;) {
            if (block[i] != '\n') continue;
            if (behind_line) found = {from + i + 1, found.lines + 1, false};
            behind_line = true;
            if (found.lines == lines) return found.is_enough = true, found;
        }
        if (bytes_left == 0) return found.is_enough = true, found;
    }
    if (behind_line) found = {0, found.lines + 1, false};
    found.is_enough = found.lines >= lines;
    return found;
}

std::string first_time(LogText& text)
{
    const auto beginning = text.read(0, look_bytes);
    std::string_view rest = beginning;
    while (!rest.empty()) {
        const auto end = rest.find('\n');
        if (auto time = time_of(rest.substr(0, end)); !time.empty()) return time;
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    }
    return {};
}

std::string last_time(LogText& text)
{
    const auto size = text.end();
    const auto ending = text.read(size - std::min<std::uint64_t>(size, look_bytes), look_bytes);
    std::string_view rest = ending;
    while (!rest.empty()) {
        if (rest.ends_with('\n')) rest.remove_suffix(1);
        const auto before = rest.rfind('\n');
        const auto begin = before == std::string_view::npos ? 0 : before + 1;
        if (auto time = time_of(rest.substr(begin)); !time.empty()) return time;
        rest = rest.substr(0, begin);
    }
    return {};
}

} // namespace loggerd
