#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "contract/verbs.hpp"
#include "portald/output_lines.hpp"

namespace portald {

/// Follows what a slot's board says, by cursor, until it is enough: where to read on, and when to
/// stop. What counts is what was there when was asked, so that no end depends on a wake-up that may
/// get lost. No I/O, no clock.
class Listening {
public:
    using TimePoint = std::chrono::steady_clock::time_point;
    using milliseconds = std::chrono::milliseconds;

    struct Rules {
        std::string slot;
        contract::Stamp from;
        /// Of what is read at first, lines that ended longer ago than this are skipped; nothing:
        /// all counts.
        std::optional<milliseconds> look_back = {};
        /// When it was asked for, if that was before it could begin: all since then counts.
        std::optional<contract::Monotonic> since = {};
        std::string pattern = {}; ///< empty: none
        milliseconds at_most;
        /// Also enough: so long nothing, after something.
        std::optional<milliseconds> quiet = {};
    };
    /// A line that has the pattern and no end yet is given so long to get one.
    static constexpr milliseconds settling{200};
    /// A board that never stops talking: what came in time is still read, for so long.
    static constexpr milliseconds overtime{1000};

    explicit Listening(Rules rules);
    void begin(TimePoint now);

    contract::ReplayArgs request() const;
    /// @param asked  when the request was made that this is the answer to
    void take(const contract::ReplayAnswer& answer, const std::vector<contract::Event>& events,
              TimePoint asked, TimePoint now);
    /// There was no answer. True: and that is how it ends.
    bool gives_up(const contract::Error& error, TimePoint asked) const;

    bool is_done() const { return done_; }
    /// When to ask, even if nothing is heard until then.
    TimePoint look_at() const;
    /// There is something beyond what was read.
    bool is_behind(const contract::Stamp& stamp) const;

    const std::string& slot() const { return rules_.slot; }
    milliseconds at_most() const { return rules_.at_most; }
    Heard heard() const { return lines_.heard(); }

private:
    void take_place(const contract::ReplayAnswer& answer);
    bool take_event(const contract::Event& event);
    bool is_old(const contract::Event& event) const;
    bool is_enough(const contract::ReplayAnswer& answer, TimePoint asked) const;

    Rules rules_;
    std::string topic_;
    OutputLines lines_;
    contract::Stamp cursor_;
    std::uint64_t rx_pos_ = 0;
    bool asked_before_ = false;
    contract::Monotonic began_{};
    TimePoint end_{};
    TimePoint last_text_{};
    std::optional<TimePoint> settled_; // set: an unfinished line has the pattern
    bool done_ = false;
};

} // namespace portald
