#include "loggerd/log_search.hpp"

#include <algorithm>

#include "loggerd/decoder.hpp"
#include "loggerd/log_trail.hpp"

namespace loggerd {
namespace {

constexpr std::size_t step_bytes = 16384;        // between two looks at the clock
constexpr std::size_t most_beside = 16384;       // of context, before and after
constexpr std::size_t most_text = 20480;         // a line of ours is shorter
constexpr std::size_t most_answer_bytes = 98304; // JSON may double it

std::vector<std::string> lines_before(std::string_view text, std::uint32_t most)
{
    std::vector<std::string> lines;
    std::size_t bytes = 0;
    while (lines.size() < most && text.ends_with('\n')) {
        text.remove_suffix(1);
        const auto newline = text.rfind('\n');
        // What begins before the window is no whole line, unless it is the file's first.
        const auto begin = newline == std::string_view::npos ? 0 : newline + 1;
        bytes += text.size() - begin;
        if (bytes > most_beside) break;
        lines.emplace_back(text.substr(begin));
        text = text.substr(0, begin);
    }
    std::ranges::reverse(lines);
    return lines;
}

std::vector<std::string> lines_after(std::string_view text, std::uint32_t most)
{
    std::vector<std::string> lines;
    std::size_t bytes = 0;
    while (lines.size() < most) {
        const auto end = text.find('\n');
        bytes += end;
        if (end == std::string_view::npos || bytes > most_beside) break;
        lines.emplace_back(text.substr(0, end));
        text.remove_prefix(end + 1);
    }
    return lines;
}

/// The search of one answer.
class Search {
public:
    Search(const contract::LogSearchArgs& args, const Budget& budget)
        : args_(args),
          budget_(budget),
          pattern_(args.pattern, args.ignore_case),
          range_(parse_range(args.from, args.to, "log.search"))
    {
    }

    /// False: enough was done; `place` is where to go on.
    bool go_through(LogText& text, const LogFile& file, const LogOwners& owners,
                    std::uint64_t& place);
    bool may_have_day(const std::string& date) const { return range_.may_have_day(date); }
    bool is_enough() const
    {
        return answer_.matches.size() >= args_.limit || bytes_ >= most_answer_bytes ||
               budget_.is_spent();
    }
    contract::LogSearchAnswer& answer() { return answer_; }

private:
    bool step(const TextWindow& window, std::size_t& from, std::size_t to);
    void add(const TextWindow& window, std::size_t begin, std::string_view line,
             const LoggedLine& parsed);

    const contract::LogSearchArgs& args_;
    const Budget& budget_;
    SearchPattern pattern_;
    TimeRange range_;
    std::string file_;
    std::optional<std::string> slot_;
    contract::LogSearchAnswer answer_;
    std::size_t bytes_ = 0;
};

bool Search::go_through(LogText& text, const LogFile& file, const LogOwners& owners,
                        std::uint64_t& place)
{
    file_ = stable_name(file);
    slot_ = owners.slot_of(file);
    TextWindow window{text, place, owners.is_open(file) ? LastLine::waits : LastLine::counts};
    while (window.next()) {
        const auto block = window.block();
        for (std::size_t from = 0; from < block.size();) {
            // Whole lines, as far as there are any.
            const auto newline = block.find('\n', std::min(from + step_bytes, block.size()) - 1);
            const auto to = newline == std::string_view::npos ? block.size() : newline + 1;
            const auto began = from;
            const bool goes_on = step(window, from, to);
            answer_.searched += from - began;
            place = window.at() + from;
            if (!goes_on) return false;
        }
    }
    return true;
}

/// Searches [from, to) of the block; `from` is how far it came.
bool Search::step(const TextWindow& window, std::size_t& from, std::size_t to)
{
    const auto lines = window.block().substr(0, to);
    while (const auto hit = pattern_.candidate(lines, from)) {
        // An empty match may stand behind the last line's end.
        if (*hit >= lines.size()) break;
        const auto before = *hit == 0 ? std::string_view::npos : lines.rfind('\n', *hit - 1);
        const auto begin = before == std::string_view::npos ? 0 : before + 1;
        const auto newline = lines.find('\n', *hit);
        const auto line = lines.substr(begin, newline - begin);
        from = newline == std::string_view::npos ? to : newline + 1;
        const auto parsed = parse_line(line);
        if (!parsed || !range_.has(parsed->time)) continue;
        // The mark of a cut is a part of the text here, as it is in the file.
        const auto text = line.substr(static_cast<std::size_t>(parsed->text.data() - line.data()));
        if (!pattern_.is_in(text)) continue;
        add(window, window.begin() + begin, line, *parsed);
        if (is_enough()) return false;
    }
    from = to;
    return !budget_.is_spent();
}

void Search::add(const TextWindow& window, std::size_t begin, std::string_view line,
                 const LoggedLine& parsed)
{
    contract::LogMatch match;
    match.file = file_;
    match.slot = slot_;
    match.at = window.at() - window.begin() + begin;
    match.time = parsed.time;
    match.direction = parsed.kind;
    const auto text_at = static_cast<std::size_t>(parsed.text.data() - line.data());
    match.text = line.substr(text_at, most_text);
    match.before = lines_before(window.all().substr(0, begin), args_.context);
    const auto end = std::min(begin + line.size() + 1, window.all().size());
    match.after = lines_after(window.all().substr(end), args_.context);
    bytes_ += match.text.size() + match.file.size() + 200;
    for (const auto& beside : match.before) bytes_ += beside.size() + 3;
    for (const auto& beside : match.after) bytes_ += beside.size() + 3;
    answer_.matches.push_back(std::move(match));
}

} // namespace

contract::LogSearchAnswer LogSearch::search(const contract::LogSearchArgs& args,
                                            const LogOwners& owners, const Budget& budget)
{
    const std::string verb = "log.search";
    Search search{args, budget};
    LogTrail trail{folder_, owners, args.slot};
    std::optional<LogPlace> next;
    if (args.cursor)
        next = trail.place_of(*args.cursor, verb);
    else if (!trail.files().empty())
        next = LogPlace{trail.files().front(), 0, {}};
    auto& answer = search.answer();
    LogPlace place;
    for (; next; next = trail.after(place)) {
        place = *next;
        place.file.compressed = false;
        if (!search.may_have_day(place.file.date)) continue;
        const auto text = folder_.open(place.file);
        const bool is_through = search.go_through(*text, place.file, owners, place.at);
        if (is_through && !search.is_enough()) continue;
        // At a file's end the next one is where to go on, if there is one.
        const auto rest = is_through ? trail.after(place) : place;
        if (rest) answer.cursor = rest->cursor();
        break;
    }
    return std::move(answer);
}

} // namespace loggerd
