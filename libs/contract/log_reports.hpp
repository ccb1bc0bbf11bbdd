#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "contract/json.hpp"

/// What loggerd keeps of boots and alerts when their events are long over: log.reports reads them,
/// log.delivered says who has been told of which alerts. In the order of docs/bus.md; same rules
/// as messages.hpp.
namespace contract {

constexpr std::uint32_t most_log_reports = 100; ///< in one answer

/// log.reports: of one kind, in the order in which they were kept.
struct LogReportsArgs {
    std::string kind;                  ///< "alert" or "boot"
    std::uint64_t after = 0;           ///< those with a higher number
    std::optional<std::uint32_t> last; ///< the last so many of them, 1 … most_log_reports
    std::optional<std::string> slot;
    std::optional<std::string> from;        ///< as in LogReadArgs: of this time and later
    std::optional<std::string> to;          ///< before this time
    std::uint32_t limit = most_log_reports; ///< 1 … most_log_reports
    bool operator==(const LogReportsArgs&) const = default;
};
struct LogReport {
    std::uint64_t number =
        0; ///< of its kind, without gaps, for as long as the state folder is kept
    std::string slot;
    Time time{};
    Json report; ///< AlertReport or BootReport, which has its id
    bool operator==(const LogReport&) const = default;
};
struct LogReportsAnswer {
    std::vector<LogReport> reports; ///< fewer than asked for when they are long
    std::uint64_t next = 0;         ///< `after` of the next request
    bool more = false;              ///< there are more already
    std::uint64_t newest = 0;       ///< number of the newest of the kind; 0: there was none yet
    std::map<std::string, std::uint64_t> delivered; ///< as log.delivered said
    bool operator==(const LogReportsAnswer&) const = default;
};

/// log.delivered: receiver → number up to which it has been told, or never will be. These are all
/// receivers that there are. Answered with itself.
struct LogDelivered {
    static constexpr std::size_t most = 64;
    std::map<std::string, std::uint64_t> delivered;
    bool operator==(const LogDelivered&) const = default;
};

void to_json(Json& json, const LogReportsArgs& value);
void to_json(Json& json, const LogReport& value);
void to_json(Json& json, const LogReportsAnswer& value);
void to_json(Json& json, const LogDelivered& value);

void from_json(const Json& json, LogReportsArgs& value);
void from_json(const Json& json, LogReport& value);
void from_json(const Json& json, LogReportsAnswer& value);
void from_json(const Json& json, LogDelivered& value);

namespace verbs {
inline constexpr std::string_view log_reports = "log.reports";
inline constexpr std::string_view log_delivered = "log.delivered";
} // namespace verbs

} // namespace contract
