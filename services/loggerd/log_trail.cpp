#include "loggerd/log_trail.hpp"

#include <algorithm>
#include <chrono>
#include <tuple>
#include <utility>

#include "loggerd/log_lines.hpp"

namespace loggerd {
namespace {

using contract::ErrorCode;

constexpr std::size_t most_others = 15; // boards in one slot on one day
constexpr std::chrono::milliseconds looking{100};

/// The first line that is not older than a time.
std::uint64_t first_since(LogText& text, const std::string& time)
{
    const auto found =
        read_lines(text, 0, TimeRange{time, {}}, LastLine::waits, 1, Budget{looking});
    return found.text.empty() ? found.next : found.at;
}

bool has_many_boards(const std::vector<LogFile>& files, const LogFile& file)
{
    return std::ranges::any_of(files, [&](const LogFile& other) {
        return other.date == file.date && other.board != file.board;
    });
}

} // namespace

LogTrail::LogTrail(LogFolder& folder, const LogOwners& owners, std::optional<std::string> slot)
    : folder_(folder),
      owners_(owners),
      slot_(std::move(slot)),
      files_(logs_of(slot_, folder, owners))
{
    sort();
}

void LogTrail::sort()
{
    if (!slot_) return;
    struct Ranked {
        LogFile file;
        bool is_written;
        std::string began;
    };
    std::vector<Ranked> ranked;
    for (const auto& file : files_) {
        Ranked one{file, false, {}};
        if (has_many_boards(files_, file)) {
            one.is_written = owners_.open.contains(stable_name(file));
            one.began = folder_.first_time(file);
            // Parts stay in their order whatever the clock did.
            if (file.part > 1 && !ranked.empty() && ranked.back().file.board == file.board)
                one.began = std::max(one.began, ranked.back().began);
        }
        ranked.push_back(std::move(one));
    }
    const auto rank = [](const Ranked& one) {
        return std::tie(one.file.date, one.is_written, one.began);
    };
    std::ranges::stable_sort(ranked, std::less{}, rank);
    std::ranges::transform(ranked, files_.begin(), &Ranked::file);
}

std::vector<LogFile>::const_iterator LogTrail::find(const LogFile& file) const
{
    const auto name = stable_name(file);
    return std::ranges::find(files_, name, stable_name);
}

void LogTrail::keep_only(const LogFile& file)
{
    const auto found = find(file);
    if (found == files_.end())
        throw ReadingError{ErrorCode::not_found, "there is no log " + file.name()};
    files_ = {*found};
}

LogPlace LogTrail::place_of(const std::string& cursor, const std::string& verb)
{
    auto place = parse_cursor(cursor, verb);
    if (find(place.file) != files_.end()) return place;
    const auto all = folder_.list();
    const auto left = std::ranges::find(all, stable_name(place.file), stable_name);
    if (!slot_ || left == all.end())
        throw ReadingError{ErrorCode::not_found,
                           "there is no log " + place.file.name() + " here any more"};
    // Its board is in the slot no more.
    files_.insert(std::ranges::lower_bound(files_, *left, ByAge{}), *left);
    sort();
    return place;
}

std::optional<LogPlace> LogTrail::after(const LogPlace& done)
{
    const auto next = std::next(find(done.file));
    if (next == files_.end()) return {};
    LogPlace place{*next, 0, {}};
    place.file.compressed = false;
    if (next->date != done.file.date) return place;
    place.others = done.others;
    if (next->board != done.file.board) place.others.push_back({done.file, done.at});
    const auto read = std::ranges::find(place.others, place.file, &LogPlace::Other::file);
    if (read != place.others.end()) {
        place.at = read->at;
        place.others.erase(read);
    } else if (slot_ && owners_.slot_of(done.file) != slot_) {
        // The board that came may have talked elsewhere today.
        place.at = first_since(*folder_.open(*next), last_time(*folder_.open(done.file)));
    }
    if (place.others.size() > most_others) place.others.erase(place.others.begin());
    return place;
}

LogPlace LogTrail::newest(const LogFile& file, std::uint64_t at)
{
    LogPlace place{file, at, {}};
    place.file.compressed = false;
    if (!slot_) return place;
    for (const auto& other : files_) {
        if (stable_name(other) == stable_name(file)) break;
        if (other.date != file.date || other.board == file.board || other.compressed) continue;
        place.others.push_back({other, folder_.open(other)->end()});
    }
    if (place.others.size() > most_others)
        place.others.erase(place.others.begin(), place.others.end() - most_others);
    return place;
}

} // namespace loggerd
