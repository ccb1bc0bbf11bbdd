#include "loggerd/log_reading.hpp"

#include <algorithm>

namespace loggerd {
namespace {

using contract::ErrorCode;

constexpr std::size_t most_listed = 400; // some 120 KiB

} // namespace

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
    auto files = LogTrail{folder_, owners, args.slot}.files();
    std::ranges::reverse(files);
    auto next = files.begin();
    if (args.cursor) {
        const auto after = parse_cursor(*args.cursor, "log.list").file;
        next = std::ranges::find(files, stable_name(after), stable_name);
        if (next != files.end())
            ++next;
        else
            next = std::ranges::find_if(files,
                                        [&](const LogFile& file) { return ByAge{}(file, after); });
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
        if (std::next(next) != files.end()) answer.cursor = LogPlace{last, 0, {}}.cursor();
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
    LogTrail trail{folder_, owners, args.slot};
    if (file) trail.keep_only(*file);
    LogPlace place;
    const bool goes_on = args.cursor && !args.cursor->empty();
    if (goes_on)
        place = trail.place_of(*args.cursor, verb);
    else if (trail.files().empty())
        return {};
    else if (args.last)
        place = tail(trail, *args.last, owners);
    else
        place.file = trail.files().front();
    return read_from(place, trail, range, args, owners, budget);
}

LogReading::Read LogReading::read_bytes(const contract::LogReadArgs& args)
{
    const auto file = parse_file_argument(args.file.value(), "log.read");
    const auto text = folder_.open(file);
    Read read;
    read.text = text->read(*args.at, args.max_bytes);
    const auto next = *args.at + read.text.size();
    read.answer = {file.name(), *args.at, text->size(), LogPlace{file, next, {}}.cursor(),
                   read.text.size() == args.max_bytes};
    return read;
}

LogReading::Read LogReading::read_from(const LogPlace& from, LogTrail& trail,
                                       const TimeRange& range, const contract::LogReadArgs& args,
                                       const LogOwners& owners, const Budget& budget)
{
    Read read;
    LogPlace place;
    for (std::optional<LogPlace> next = from; next; next = trail.after(place)) {
        place = *next;
        place.file.compressed = false;
        const bool is_newest = stable_name(trail.files().back()) == place.file.name();
        if (!range.may_have_day(place.file.date) && !is_newest) continue;
        const auto text = folder_.open(place.file);
        const auto last = owners.is_open(place.file) ? LastLine::waits : LastLine::counts;
        auto lines = read_lines(*text, place.at, range, last, args.max_bytes, budget);
        place.at = lines.next;
        const bool goes_on = !lines.at_end || !is_newest;
        read.answer = {place.file.name(), lines.at, text->size(), place.cursor(), goes_on};
        if (!lines.text.empty() || !lines.at_end || budget.is_spent()) {
            // At a file's end, the cursor must not stand there for ever.
            const auto after = lines.at_end ? trail.after(place) : std::nullopt;
            if (after) read.answer.cursor = after->cursor();
            read.text = std::move(lines.text);
            break;
        }
    }
    return read;
}

/// Goes back, file by file, until there are so many lines.
LogPlace LogReading::tail(LogTrail& trail, std::uint32_t lines, const LogOwners& owners)
{
    std::uint64_t bytes_left = most_last_bytes;
    LogPlace place;
    const auto& files = trail.files();
    for (auto file = files.rbegin(); file != files.rend(); ++file) {
        const auto text = folder_.open(*file);
        const auto last = owners.is_open(*file) ? LastLine::waits : LastLine::counts;
        const auto found = find_tail(*text, lines, last, bytes_left);
        place = {*file, found.at, {}};
        if (found.is_enough) break;
        lines -= found.lines;
    }
    return trail.newest(place.file, place.at);
}

} // namespace loggerd
