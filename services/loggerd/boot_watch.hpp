#pragma once

#include <chrono>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "contract/board_reports.hpp"
#include "loggerd/boot_signs.hpp"
#include "loggerd/line.hpp"

namespace loggerd {

/// Sees a board start and crash in the lines that it prints. No I/O and no clock. A boot is
/// told when what the board says of itself is there, a crash when its dump has ended; a dump of
/// many lines is one crash.
class BootWatch {
public:
    static constexpr std::size_t context_lines = 50;
    static constexpr std::size_t context_line_bytes = 512; ///< what is remembered of a line
    static constexpr unsigned dump_lines = 40;             ///< after a crash that look like no dump
    static constexpr unsigned boot_lines = 100;    ///< in which an application says what it is
    static constexpr std::size_t kept_lines = 512; ///< of a dump
    static constexpr std::size_t kept_bytes = 48 * 1024;
    static constexpr std::chrono::seconds pause{3};      ///< ends both
    static constexpr std::chrono::seconds dump_time{15}; ///< ends a dump

    struct Found {
        unsigned boots_begun = 0;
        unsigned crashes_begun = 0;
        std::vector<contract::BootReport> boots;   ///< that are complete
        std::vector<contract::AlertReport> alerts; ///< likewise
    };
    /// @param epoch  of line.seq
    Found line(const Line& line, const std::string& epoch);
    /// The board said nothing for this long.
    Found quiet(std::chrono::milliseconds since_last);
    Found finish(); ///< nothing more comes
    std::optional<std::chrono::milliseconds> next_quiet() const;

    /// The last lines, oldest first.
    std::vector<std::string> context() const;

    /// What it has to remember from one line to the next: must survive a kill, or a crash that
    /// is half printed would be two.
    struct State {
        std::deque<std::string> context;
        std::optional<contract::BootReport> boot; ///< that is going on
        unsigned boot_lines = 0;                  ///< since it began
        std::optional<contract::AlertReport> crash;
        unsigned dump_left = 0; ///< lines until its dump is over
        contract::Time last{};  ///< line
        bool raw_repl = false;
        bool operator==(const State&) const = default;
    };
    const State& state() const { return state_; }
    void restore(State state);

private:
    void end_by_time(contract::Time time, Found& found);
    void look_for_boot(std::string_view text, const Line& line, const std::string& epoch,
                       Found& found);
    bool belongs_to_boot(const BootSign& sign) const;
    void look_for_crash(std::string_view text, const Line& line, const std::string& epoch,
                        Found& found);
    void add_to_dump(std::string_view text, const std::string& encoded, Found& found);
    void end_boot(Found& found);
    void end_crash(Found& found);
    void remember(std::string_view text);

    State state_;
    std::string plain_; // room for the text of a line
};

} // namespace loggerd
