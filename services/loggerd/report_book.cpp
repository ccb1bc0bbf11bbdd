#include "loggerd/report_book.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include <spdlog/spdlog.h>

#include "loggerd/disk.hpp"
#include "loggerd/log_place.hpp"

namespace loggerd {
namespace {

using namespace std::chrono_literals;

constexpr auto pause = 1s; // between two tries of a disk that refuses
constexpr std::size_t may_be_told_again = 1000;
constexpr std::size_t most_answer_bytes = 384 * 1024; // a frame of the bus has 1 MiB

/// The word up to the next blank, which goes with it; "" when there is none.
std::string_view take_word(std::string_view& rest)
{
    const auto end = rest.find(' ');
    if (end == std::string_view::npos) return {};
    const auto word = rest.substr(0, end);
    rest.remove_prefix(end + 1);
    return word;
}

template<typename T>
bool is_number(std::string_view word, T& value)
{
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
    return error == std::errc{} && end == word.data() + word.size();
}

/// An id has the name of a rule in it, which a person chose; here it is one word.
std::string as_word(std::string_view id)
{
    std::string word{id};
    std::ranges::replace_if(
        word, [](char c) { return c >= '\0' && c <= ' '; }, '_');
    return word;
}

} // namespace

ReportBook::ReportBook(asio::io_context& io, const std::filesystem::path& folder,
                       const std::string& name, std::uint64_t file_bytes)
    : folder_(folder),
      name_(name),
      file_bytes_(file_bytes),
      files_{ReportFile{folder / (name + ".log")}, ReportFile{folder / (name + ".old.log")}},
      again_(io, [this] { write(); })
{
    load(older);
    load(current);
}

void ReportBook::load(Which file)
try {
    const auto text = files_[file].whole();
    std::uint64_t at = 0;
    for (auto end = text.find('\n'); end != std::string::npos; end = text.find('\n', at)) {
        if (!take_line(std::string_view{text}.substr(at, end - at), file, at))
            spdlog::warn("{}.log: what is at {} is no report", name_, at);
        at = end + 1;
    }
    if (file == older) return;
    size_ = at;
    files_[file].cut(at);
} catch (const DiskError& fault) {
    spdlog::error("{} of before: {}", name_, fault.what());
}

/// "57 1763802000123456 ESP32-A 9f86d081884c7d65-42-crash {…}"
bool ReportBook::take_line(std::string_view line, Which file, std::uint64_t at)
{
    const auto begin = line.data();
    Entry entry;
    std::int64_t time = 0;
    if (!is_number(take_word(line), entry.number) || !is_number(take_word(line), time))
        return false;
    entry.slot = take_word(line);
    entry.id = take_word(line);
    if (entry.number <= newest_ || entry.id.empty() || line.empty()) return false;
    entry.time = contract::Time{std::chrono::microseconds{time}};
    entry.file = file;
    entry.at = at + static_cast<std::uint64_t>(line.data() - begin);
    entry.size = static_cast<std::uint32_t>(line.size());
    newest_ = entry.number;
    entries_.push_back(std::move(entry));
    return true;
}

/// Told again are only those since the last record of a slot.
bool ReportBook::is_known(std::string_view id) const
{
    const auto last =
        entries_.end() - static_cast<std::ptrdiff_t>(std::min(entries_.size(), may_be_told_again));
    return std::ranges::find(last, entries_.end(), id, &Entry::id) != entries_.end();
}

void ReportBook::add(std::string_view slot, std::string_view id, contract::Time time,
                     const contract::Json& report)
{
    auto word = as_word(id);
    if (is_known(word)) return;
    Entry entry;
    entry.number = ++newest_;
    entry.time = time;
    entry.slot = slot;
    entry.id = std::move(word);
    auto text = contract::to_text(report);
    entry.unwritten = std::to_string(entry.number) + ' ' +
                      std::to_string(time.time_since_epoch().count()) + ' ' + entry.slot + ' ' +
                      entry.id + ' ';
    entry.at = entry.unwritten.size();
    entry.size = static_cast<std::uint32_t>(text.size());
    ((entry.unwritten += text) += '\n');
    entries_.push_back(std::move(entry));
    write();
}

/// In their order, as far as the disk takes them.
void ReportBook::write()
{
    const auto is_written = [](const Entry& entry) { return entry.unwritten.empty(); };
    auto first = std::find_if(entries_.rbegin(), entries_.rend(), is_written).base();
    try {
        for (auto next = first; next != entries_.end(); ++next) {
            if (size_ > 0 && size_ + next->unwritten.size() > file_bytes_) {
                turn_over();
                return write();
            }
            write(*next);
        }
        if (std::exchange(refused_, false)) spdlog::info("{}: written again", name_);
    } catch (const DiskError& fault) {
        if (!std::exchange(refused_, true)) spdlog::error("{}: {}", name_, fault.what());
        while (std::ranges::count_if(entries_, std::not_fn(is_written)) >
               static_cast<std::ptrdiff_t>(most_waiting))
            entries_.erase(std::ranges::find_if(entries_, std::not_fn(is_written)));
        again_.at(std::chrono::steady_clock::now() + pause);
    }
}

void ReportBook::write(Entry& entry)
{
    files_[current].write(size_, entry.unwritten);
    entry.at += size_;
    size_ += entry.unwritten.size();
    entry.unwritten.clear();
}

/// The current file becomes the older one, and what was in that is forgotten.
void ReportBook::turn_over()
{
    files_[current].rename(folder_ / (name_ + ".old.log"));
    files_[older] = std::exchange(files_[current], ReportFile{folder_ / (name_ + ".log")});
    size_ = 0;
    std::erase_if(entries_, [](const Entry& entry) { return entry.file == older; });
    for (auto& entry : entries_)
        if (entry.unwritten.empty()) entry.file = older;
}

contract::LogReportsAnswer ReportBook::read(const contract::LogReportsArgs& args)
{
    const auto range = parse_range(args.from, args.to, std::string{contract::verbs::log_reports});
    const auto wanted = [&](const Entry& entry) {
        return (!args.slot || entry.slot == *args.slot) &&
               (range.is_all() || range.has(clock_.text(entry.time)));
    };
    const auto first = std::ranges::upper_bound(entries_, args.after, {}, &Entry::number);
    std::deque<const Entry*> chosen;
    std::size_t bytes = 0;
    const auto has_room = [&](const Entry& entry, std::uint32_t most) {
        bytes += entry.size;
        return chosen.size() < most && (chosen.empty() || bytes <= most_answer_bytes);
    };
    contract::LogReportsAnswer answer;
    if (args.last) {
        for (auto entry = entries_.end(); entry != first;) {
            if (!wanted(*--entry)) continue;
            if (!has_room(*entry, *args.last)) break;
            chosen.push_front(&*entry);
        }
    } else {
        for (auto entry = first; entry != entries_.end() && !answer.more; ++entry) {
            if (!wanted(*entry)) continue;
            answer.more = !has_room(*entry, args.limit);
            if (!answer.more) chosen.push_back(&*entry);
        }
    }
    for (const auto* entry : chosen) answer.reports.push_back(report_of(*entry));
    answer.newest = newest_;
    answer.next = answer.more ? chosen.back()->number : newest_;
    return answer;
}

contract::LogReport ReportBook::report_of(const Entry& entry)
{
    const auto text = entry.unwritten.empty() ? files_[entry.file].read(entry.at, entry.size)
                                              : entry.unwritten.substr(entry.at, entry.size);
    const auto where = name_ + ".log: report " + std::to_string(entry.number);
    return {entry.number, entry.slot, entry.time, contract::parse_json(text, where)};
}

} // namespace loggerd
