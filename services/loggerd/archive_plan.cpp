#include "loggerd/archive_plan.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <map>
#include <utility>

namespace loggerd {
namespace {

// Before there was a loggerd: the clock was not set when such a log was written (a Pi has none of
// its own), so that its date says nothing about its age.
constexpr std::string_view first_date = "2024-01-01";

std::chrono::sys_days day_of(std::string_view date)
{
    const auto number = [&](std::size_t at, std::size_t digits) {
        unsigned value = 0;
        std::from_chars(date.data() + at, date.data() + at + digits, value);
        return value;
    };
    using namespace std::chrono;
    return year{static_cast<int>(number(0, 4))} / month{number(5, 2)} / day{number(8, 2)};
}

bool is_too_old(const std::string& date, const std::string& today, unsigned keep_days)
{
    if (keep_days == 0 || date < first_date) return false;
    return day_of(today) - day_of(date) > std::chrono::days{keep_days};
}

/// A day's last part; others are never written to again.
using LastParts = std::map<std::pair<std::string, std::string>, unsigned>;

LastParts last_parts(const std::vector<FoundFile>& files)
{
    LastParts last;
    for (const auto& [file, bytes] : files) {
        auto& part = last[{file.board, file.date}];
        part = std::max(part, file.part);
    }
    return last;
}

bool is_closed(const LogFile& file, const std::string& today, const LastParts& last)
{
    return file.date < today || file.part < last.at({file.board, file.date});
}

std::uint64_t sum(const std::vector<FoundFile>& files)
{
    std::uint64_t bytes = 0;
    for (const auto& found : files) bytes += found.bytes;
    return bytes;
}

} // namespace

ArchivePlan plan_archive(std::vector<FoundFile> files, const Spared& spared,
                         const std::string& today, const Limits& limits)
{
    ArchivePlan plan;
    std::ranges::sort(files, ByAge{}, &FoundFile::file);
    const auto last = last_parts(files);
    const auto may_touch = [&](const FoundFile& found) {
        return !spared.all.contains(found.file.name());
    };
    std::erase_if(files, [&](const FoundFile& found) {
        if (!may_touch(found) || !is_too_old(found.file.date, today, limits.keep_days))
            return false;
        plan.remove.push_back({found, Why::age});
        return true;
    });
    auto total = sum(files);
    std::set<std::string> shrinking;
    for (const auto& found : files) {
        const auto& file = found.file;
        if (file.compressed || !may_touch(found) || !is_closed(file, today, last)) continue;
        if (spared.compression.contains(file.name())) continue;
        plan.compress.push_back(file);
        shrinking.insert(file.name());
        total -= found.bytes; // as if nothing were left of it
    }
    std::ranges::reverse(plan.compress);
    for (const auto& found : files) {
        if (total <= limits.keep_bytes) break;
        if (!may_touch(found) || shrinking.contains(found.file.name())) continue;
        plan.remove.push_back({found, Why::room});
        total -= found.bytes;
    }
    return plan;
}

} // namespace loggerd
