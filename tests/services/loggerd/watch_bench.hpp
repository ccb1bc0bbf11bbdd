#pragma once

#include <iterator>
#include <sstream>
#include <string>

#include "loggerd/board_watch.hpp"

namespace loggerd {

using namespace std::chrono_literals;

inline Rules rules_of(const std::string& alerts = "{}")
{
    return std::make_shared<const std::vector<AlertRule>>(read_alert_rules(
        daemonkit::Settings::parse(R"({"alerts": )" + alerts + "}", "settings.json")));
}

/// A board that prints, line by line, and what was understood of it.
struct WatchBench {
    explicit WatchBench(Rules rules = rules_of()) : watch("A", std::move(rules)) {}

    BoardWatch watch;
    BoardWatch::Found found;
    contract::Time time{1'770'147'120'000'000us};
    std::uint64_t seq = 0;

    void line(const std::string& text)
    {
        time += 1ms;
        add(watch.line({time, Kind::rx, text, ++seq}, "9f86d081884c7d65", "2026-02-03"));
    }
    void print(const std::string& text)
    {
        std::istringstream lines{text};
        for (std::string one; std::getline(lines, one);) line(one);
    }
    void quiet(std::chrono::milliseconds pause = 3s)
    {
        time += pause;
        add(watch.quiet(pause));
    }

private:
    void add(BoardWatch::Found more)
    {
        found.boots.insert(found.boots.end(), more.boots.begin(), more.boots.end());
        found.alerts.insert(found.alerts.end(), more.alerts.begin(), more.alerts.end());
        found.boots_begun += more.boots_begun;
        found.crashes_begun += more.crashes_begun;
    }
};

} // namespace loggerd
