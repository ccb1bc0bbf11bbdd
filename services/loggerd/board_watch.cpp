#include "loggerd/board_watch.hpp"

#include <iterator>
#include <utility>

#include "contract/utf8.hpp"

namespace loggerd {
namespace {

constexpr std::size_t most_last_text = 300;

} // namespace

BoardWatch::Found BoardWatch::line(const Line& line, const std::string& epoch, std::string_view day)
{
    if (line.kind != Kind::rx) return {};
    auto matched = rules_.line(line, epoch, [this] { return boot_.context(); });
    auto seen = boot_.line(line, epoch);
    tally_.last_line = line.time;
    tally_.last_text = contract::first_characters(line.text, most_last_text);
    if (seen.crashes_begun != 0) tally_.last_crash = line.time;
    if (seen.boots_begun != 0) {
        if (std::exchange(tally_.day, std::string{day}) != day) tally_.boots_that_day = 0;
        tally_.boots_that_day += seen.boots_begun;
        tally_.last_reason.clear();
    }
    if (const auto& boot = boot_.state().boot; boot && !boot->reason.empty())
        tally_.last_reason = boot->reason;
    auto found = told(std::move(seen));
    found.alerts.insert(found.alerts.end(), std::make_move_iterator(matched.begin()),
                        std::make_move_iterator(matched.end()));
    return found;
}

BoardWatch::Found BoardWatch::told(BootWatch::Found&& found)
{
    Found told{std::move(found.boots), {}, found.boots_begun, found.crashes_begun};
    for (auto& crash : found.alerts)
        if (rules_.lets_pass(crash)) told.alerts.push_back(std::move(crash));
    return told;
}

void BoardWatch::restore(State state)
{
    boot_.restore(std::move(state.boot));
    rules_.restore(std::move(state.rules));
    tally_ = std::move(state.tally);
}

} // namespace loggerd
