#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "contract/json.hpp"

/// Arguments and answers of loggerd's log.list, log.read and log.search, in the order of
/// docs/bus.md; same rules as messages.hpp. Files are named as they were before they were
/// compressed, so that a name, or a place in a file, stays what it is.
namespace contract {

constexpr std::uint32_t most_log_bytes = 196608; ///< of text in one answer
constexpr std::uint32_t most_last_lines = 10000;
constexpr std::uint32_t most_log_matches = 1000;
constexpr std::uint32_t most_log_context = 20; ///< lines before, and after, a match
constexpr std::size_t most_log_pattern = 1024; ///< bytes

/// log.list
struct LogListArgs {
    std::optional<std::string> slot; ///< id; nothing: all, also those that no slot has any more
    std::optional<std::string> cursor;
    bool operator==(const LogListArgs&) const = default;
};
struct LogFileInfo {
    std::string file;                        ///< "FT232R_USB_UART_A5069RR4_2026-02-03.log"
    std::optional<std::string> slot;         ///< whose it is, as far as that is known now
    std::string date;                        ///< "2026-02-03"
    std::uint64_t disk_bytes = 0;            ///< what it takes up
    std::optional<std::uint64_t> text_bytes; ///< null: only unpacking it would tell
    std::string first; ///< time of its first line, as it is written there; "" when it has none
    std::string last;
    bool compressed = false;
    bool open = false; ///< a slot writes it
    bool operator==(const LogFileInfo&) const = default;
};
struct LogListAnswer {
    std::vector<LogFileInfo> files; ///< newest first
    std::optional<std::string> cursor;
    std::map<std::string, std::string> faults = {}; ///< by slot: why its log cannot be written now
    bool operator==(const LogListAnswer&) const = default;
};

/// log.read: whole lines of a slot's files, or of one file; or, with `at`, bytes of one file's
/// text.
struct LogReadArgs {
    std::optional<std::string> slot; ///< one of these two
    std::optional<std::string> file;
    std::optional<std::string> from; ///< lines of this time and later
    std::optional<std::string> to;   ///< lines before this time
    std::optional<std::uint32_t> last;
    std::optional<std::uint64_t> at; ///< place in the file's text
    std::optional<std::string> cursor;
    std::uint32_t max_bytes = most_log_bytes; ///< 1 … most_log_bytes
    bool operator==(const LogReadArgs&) const = default;
};
/// Followed by one frame: the text.
struct LogReadAnswer {
    std::string file;                        ///< that the text is of; "" when there is none
    std::uint64_t at = 0;                    ///< the text's place in it
    std::optional<std::uint64_t> text_bytes; ///< of the whole file
    std::string cursor;                      ///< where to go on, now or when there is more
    bool more = false;                       ///< there is more already
    bool operator==(const LogReadAnswer&) const = default;
};

/// log.search
struct LogSearchArgs {
    std::string pattern; ///< RE2's syntax
    std::optional<std::string> slot;
    std::optional<std::string> from; ///< as in LogReadArgs
    std::optional<std::string> to;
    bool ignore_case = false;
    std::uint32_t context = 0; ///< 0 … most_log_context
    std::uint32_t limit = 100; ///< matches in one answer, 1 … most_log_matches
    std::optional<std::string> cursor;
    bool operator==(const LogSearchArgs&) const = default;
};
struct LogMatch {
    std::string file;
    std::optional<std::string> slot;
    std::uint64_t at = 0;            ///< the line's place in the file's text
    std::string time;                ///< "2026-02-03 19:32:00.154", as it is written there
    std::string direction;           ///< RX TX INFO
    std::string text;                ///< encoded as in the file
    std::vector<std::string> before; ///< whole lines of the file
    std::vector<std::string> after;
    bool operator==(const LogMatch&) const = default;
};
struct LogSearchAnswer {
    std::vector<LogMatch> matches; ///< oldest day first
    std::uint64_t searched = 0;    ///< bytes of text, for this answer
    std::optional<std::string> cursor;
    bool operator==(const LogSearchAnswer&) const = default;
};

void to_json(Json& json, const LogListArgs& value);
void to_json(Json& json, const LogFileInfo& value);
void to_json(Json& json, const LogListAnswer& value);
void to_json(Json& json, const LogReadArgs& value);
void to_json(Json& json, const LogReadAnswer& value);
void to_json(Json& json, const LogSearchArgs& value);
void to_json(Json& json, const LogMatch& value);
void to_json(Json& json, const LogSearchAnswer& value);

void from_json(const Json& json, LogListArgs& value);
void from_json(const Json& json, LogFileInfo& value);
void from_json(const Json& json, LogListAnswer& value);
void from_json(const Json& json, LogReadArgs& value);
void from_json(const Json& json, LogReadAnswer& value);
void from_json(const Json& json, LogSearchArgs& value);
void from_json(const Json& json, LogMatch& value);
void from_json(const Json& json, LogSearchAnswer& value);

} // namespace contract
