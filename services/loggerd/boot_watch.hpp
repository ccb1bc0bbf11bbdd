#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "contract/messages.hpp"
#include "loggerd/line.hpp"

namespace loggerd {

/// Sees a board start and crash in the lines that it prints: ESP ROM and ESP-IDF, Arduino and
/// Zephyr forms. No I/O. A dump of many lines is one crash.
class BootWatch {
public:
    static constexpr std::size_t context_lines = 50;
    static constexpr std::size_t context_line_bytes = 512; ///< what is remembered of a line
    static constexpr unsigned dump_lines = 40; ///< lines after a crash that belong to it

    struct Found {
        std::optional<contract::LogBoot> boot;   ///< without place in the stream
        std::optional<contract::LogAlert> alert; ///< likewise
    };
    Found line(const Line& line);

    /// What it has to remember from one line to the next: must survive a kill, or a crash that
    /// is half printed would be two.
    struct State {
        std::deque<std::string> context;
        std::string banner; ///< a ROM's first line, whose reason may come with the next
        unsigned since_banner = 0;
        unsigned dump_left = 0;
        bool operator==(const State&) const = default;
    };
    const State& state() const { return state_; }
    void restore(State state);

private:
    std::optional<contract::LogBoot> boot_in(const std::string& text);
    bool is_crash(const std::string& text);
    void remember(const std::string& text);

    State state_;
};

} // namespace loggerd
