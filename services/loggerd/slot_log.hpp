#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "contract/messages.hpp"
#include "contract/verbs.hpp"
#include "loggerd/board_names.hpp"
#include "loggerd/board_watch.hpp"
#include "loggerd/local_time.hpp"
#include "loggerd/plain_text.hpp"
#include "loggerd/slot_files.hpp"
#include "loggerd/slot_lines.hpp"

namespace loggerd {

/// Told what went into a log, once it is there.
class LogEvents {
public:
    virtual ~LogEvents() = default;
    virtual void line(const std::string& slot, const std::string& epoch, const Line& line) = 0;
    virtual void boot(const std::string& slot, const contract::BootReport& boot) = 0;
    virtual void alert(const std::string& slot, const contract::AlertReport& alert) = 0;
    virtual void fault(const std::string& slot,
                       const std::string& text) = 0; ///< once, when it begins
    virtual void fault_over(const std::string& slot) = 0;
    virtual void removed(const std::string& slot) = 0; ///< nothing comes any more
};

/// How logs are written.
struct LogForm {
    Binary binary = Binary::summary;
    Ansi ansi = Ansi::escape;
    std::uint64_t file_bytes = default_file_bytes; ///< of one file, then the day's next begins
};

/// One slot's log: answers to serial.replay in, lines in files out, and a record from which the
/// next loggerd goes on. Knows no sockets and no clock; the disk is a seam. When the disk
/// refuses, nothing has happened: the cursor stays where it is, and the same is asked for again.
class SlotLog {
public:
    struct Parts {
        Disk& disk;
        BoardNames& names;
        LocalTime& clock;
        LogEvents& events;
        Rules rules = std::make_shared<std::vector<AlertRule>>();
    };
    struct Now {
        contract::Time wall;
        std::chrono::steady_clock::time_point steady;
    };
    static constexpr std::chrono::seconds record_every{1}; ///< at most: SD cards wear
    static constexpr std::chrono::seconds sync_every{5};   ///< what a power cut may cost

    SlotLog(std::string slot, const LogForm& form, Parts parts);

    /// What is plugged in now. Its files begin with its first line ("Opened …"), or when all that
    /// came before is written.
    void set_board(const std::optional<contract::Device>& board,
                   const std::optional<std::string>& devnode);
    /// Whether the board can be heard, so that its silence says something.
    void set_listening(bool wanted) { watch_.rules().set_listening(wanted); }

    contract::ReplayArgs request() const;
    /// False: the disk refused; ask again later.
    bool take(const contract::ReplayAnswer& answer, const std::vector<contract::Event>& events,
              Now now);
    /// A replay that was asked for this long after the last one with events had none.
    bool quiet(std::chrono::milliseconds since_last, Now now);
    std::optional<std::chrono::milliseconds> next_quiet() const;

    /// Record and sync, when it is time for them.
    void upkeep(Now now);
    /// Files of earlier days are closed, though the board has said nothing since: see SlotFiles.
    void close_before(const std::string& today, Now now);
    std::vector<std::string> written() const { return files_.written(); }
    std::optional<std::chrono::steady_clock::time_point> next_upkeep() const;
    void close(Now now); ///< loggerd ends: what is pending is in the record
    /// The slot is no more: what is pending is in the file. The name is free afterwards, whatever
    /// the disk says.
    void remove(Now now);

    contract::LogState state() const;
    const Counters& counters() const { return counters_; }
    const Tally& tally() const { return watch_.tally(); }
    const Cursor& cursor() const { return cursor_; }
    const std::string& board() const { return name_; } ///< what its files are called; or ""
    /// Whether there is something to call them after.
    bool has_board() const { return board_ || devnode_ || !name_.empty(); }

private:
    struct Part {
        std::string name;
        std::vector<Line> lines;
    };
    /// What will be true when the disk has taken it.
    struct Draft {
        SlotLines lines;
        Cursor cursor;
        Counters counters;
        std::string name;
        bool announced = false;
        std::vector<Part> parts;

        std::vector<Line>& out() { return parts.back().lines; }
    };
    Draft draft() const;
    Checkpoint checkpoint() const;
    bool resume();
    bool can_go_on();
    void recover(const contract::ReplayAnswer& answer);
    void bridge_gap(const contract::ReplayAnswer& answer,
                    const std::vector<contract::Event>& events, Now now);
    void announce_restart(contract::Time until, Draft& draft);
    void apply(const contract::Event& event, Draft& draft);
    void note(const contract::Event& event, Draft& draft);
    void feed(const contract::Event& event, Kind kind, Draft& draft);
    void lose(std::uint64_t bytes, contract::Time until, Draft& draft);
    void settle(Draft& draft, contract::Time time);
    void write(Draft& draft, Now now);
    void commit(Draft& draft);
    void tell(const Line& line, Draft& draft);
    void tell(BoardWatch::Found found, Counters& counters);
    void tell_silence(Now now);
    std::vector<DayText> compose(const Draft& draft);
    bool refused(const std::string& fault);
    void recovered();
    bool is_over() const { return !present_ && !lines_.next_quiet(); }
    void let_go();
    void last_words(Now now);
    void save(Now now);

    std::string slot_;
    Parts parts_;
    SlotFiles files_;
    SlotLines lines_;
    Ansi ansi_;
    Cursor cursor_;
    Counters counters_;
    BoardWatch watch_;
    std::string name_;
    bool announced_ = false; // "Log opened" is written
    bool holds_name_ = false;
    std::optional<contract::Device> board_; // also after it has gone
    std::optional<std::string> devnode_;
    bool present_ = false;
    std::optional<Checkpoint> record_; // of the loggerd before, until history says if it covers
    std::uint64_t forgotten_ = 0;      // bytes that neither a file nor the record has
    std::optional<std::string> fault_;
    bool resumed_ = false; // whether there is a record is known, and what is in it
    bool owes_ = false;    // lines that the disk has refused
    bool unsaved_ = false;
    std::chrono::steady_clock::time_point saved_{};
    std::chrono::steady_clock::time_point synced_{};
};

} // namespace loggerd
