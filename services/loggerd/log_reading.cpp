#include "loggerd/log_reading.hpp"

#include <algorithm>

#include "loggerd/decoder.hpp"

namespace loggerd {
namespace {

using contract::ErrorCode;

constexpr std::size_t most_listed = 400;  // some 120 KiB
constexpr std::size_t look_bytes = 65536; // for a file's first line, and for its last

/// The files that are read next: a cursor may name one that is not there any more.
auto from_place(const std::vector<LogFile>& files, const LogPlace& place)
{
    return std::ranges::find_if(
        files, [&](const LogFile& file) { return stable_name(file) == place.file.name(); });
}

std::string time_of(std::string_view line)
{
    const auto parsed = parse_line(line);
    return parsed ? std::string{parsed->time} : std::string{};
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

} // namespace

std::vector<LogFile> logs_of(const std::optional<std::string>& slot, const LogFolder& folder,
                             const LogOwners& owners)
{
    auto files = folder.list();
    if (!slot) return files;
    std::erase_if(files, [&](const LogFile& file) { return owners.slot_of(file) != slot; });
    if (files.empty() && !owners.slots.contains(*slot))
        throw ReadingError{ErrorCode::not_found, "there is no slot " + slot->substr(0, 64)};
    return files;
}

LogPlace place_of(const std::string& cursor, const std::vector<LogFile>& files,
                  const std::string& verb)
{
    auto place = parse_cursor(cursor, verb);
    if (from_place(files, place) == files.end())
        throw ReadingError{ErrorCode::not_found,
                           "there is no log " + place.file.name() + " here any more"};
    return place;
}

contract::LogFileInfo LogReading::look_at(const LogFile& file, const LogOwners& owners)
{
    const auto text = folder_.open(file);
    contract::LogFileInfo info;
    info.file = stable_name(file);
    info.slot = owners.slot_of(file);
    info.date = file.date;
    info.disk_bytes = text->disk_bytes();
    info.text_bytes = text->size();
    info.compressed = file.compressed;
    info.open = owners.is_open(file);
    try {
        info.first = first_time(*text);
        info.last = last_time(*text);
    } catch (const ReadingError&) {
        // A damaged file is listed all the same; reading it says what is wrong.
    }
    return info;
}

contract::LogListAnswer LogReading::list(const contract::LogListArgs& args, const LogOwners& owners,
                                         const Budget& budget)
{
    auto files = logs_of(args.slot, folder_, owners);
    std::ranges::reverse(files);
    auto next = files.begin();
    if (args.cursor) {
        const auto after = parse_cursor(*args.cursor, "log.list").file;
        next =
            std::ranges::find_if(files, [&](const LogFile& file) { return ByAge{}(file, after); });
    }
    contract::LogListAnswer answer;
    answer.faults = owners.faults;
    if (args.slot)
        std::erase_if(answer.faults, [&](const auto& of) { return of.first != *args.slot; });
    for (; next != files.end(); ++next) {
        try {
            answer.files.push_back(look_at(*next, owners));
        } catch (const ReadingError& gone) {
            if (gone.code() != ErrorCode::not_found) {
                // No zstd at all: nothing is known but that it is there.
                contract::LogFileInfo damaged;
                damaged.file = stable_name(*next);
                damaged.slot = owners.slot_of(*next);
                damaged.date = next->date;
                damaged.compressed = next->compressed;
                answer.files.push_back(damaged);
            }
        }
        if (answer.files.size() < most_listed && !budget.is_spent()) continue;
        auto last = *next;
        last.compressed = false;
        if (std::next(next) != files.end()) answer.cursor = LogPlace{last, 0}.cursor();
        break;
    }
    return answer;
}

LogReading::Read LogReading::read(const contract::LogReadArgs& args, const LogOwners& owners,
                                  const Budget& budget)
{
    const std::string verb = "log.read";
    if (args.at) return read_bytes(args);
    const auto range = parse_range(args.from, args.to, verb);
    const auto file =
        args.file ? std::optional{parse_file_argument(*args.file, verb)} : std::nullopt;
    auto files = logs_of(args.slot, folder_, owners);
    if (file) {
        std::erase_if(files, [&](const LogFile& one) { return stable_name(one) != file->name(); });
        if (files.empty())
            throw ReadingError{ErrorCode::not_found, "there is no log " + file->name()};
    }
    LogPlace place;
    const bool goes_on = args.cursor && !args.cursor->empty();
    if (goes_on)
        place = place_of(*args.cursor, files, verb);
    else if (files.empty())
        return {};
    else if (args.last)
        place = tail(files, *args.last, owners);
    else
        place.file = files.front();
    return read_from(place, files, range, args, owners, budget);
}

LogReading::Read LogReading::read_bytes(const contract::LogReadArgs& args)
{
    const auto file = parse_file_argument(args.file.value(), "log.read");
    const auto text = folder_.open(file);
    Read read;
    read.text = text->read(*args.at, args.max_bytes);
    const auto next = *args.at + read.text.size();
    read.answer = {file.name(), *args.at, text->size(), LogPlace{file, next}.cursor(),
                   read.text.size() == args.max_bytes};
    return read;
}

LogReading::Read LogReading::read_from(LogPlace place, const std::vector<LogFile>& files,
                                       const TimeRange& range, const contract::LogReadArgs& args,
                                       const LogOwners& owners, const Budget& budget)
{
    Read read;
    place.file.compressed = false;
    for (auto next = from_place(files, place); next != files.end(); ++next) {
        if (stable_name(*next) != place.file.name()) place = {*next, 0};
        place.file.compressed = false;
        const bool is_newest = std::next(next) == files.end();
        if (!range.may_have_day(next->date) && !is_newest) continue;
        const auto text = folder_.open(*next);
        const auto last = owners.is_open(*next) ? LastLine::waits : LastLine::counts;
        auto lines = read_lines(*text, place.at, range, last, args.max_bytes, budget);
        place.at = lines.next;
        const bool goes_on = !lines.at_end || !is_newest;
        read.answer = {place.file.name(), lines.at, text->size(), place.cursor(), goes_on};
        if (!lines.text.empty() || !lines.at_end || budget.is_spent()) {
            // At a file's end, the cursor must not stand there for ever.
            if (lines.at_end && !is_newest) {
                auto after = *std::next(next);
                after.compressed = false;
                read.answer.cursor = LogPlace{after, 0}.cursor();
            }
            read.text = std::move(lines.text);
            break;
        }
    }
    return read;
}

/// Goes back, file by file, until there are so many lines.
LogPlace LogReading::tail(const std::vector<LogFile>& files, std::uint32_t lines,
                          const LogOwners& owners)
{
    std::uint64_t bytes_left = most_last_bytes;
    LogPlace place;
    for (auto file = files.rbegin(); file != files.rend(); ++file) {
        const auto text = folder_.open(*file);
        const auto last = owners.is_open(*file) ? LastLine::waits : LastLine::counts;
        const auto found = find_tail(*text, lines, last, bytes_left);
        place = {*file, found.at};
        if (found.is_enough) break;
        lines -= found.lines;
    }
    return place;
}

} // namespace loggerd
