#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <string>
#include <string_view>

#include "bus/alarm.hpp"
#include "contract/log_reports.hpp"
#include "loggerd/local_time.hpp"
#include "loggerd/report_file.hpp"

namespace loggerd {

/// The reports of one kind, for whoever was not there when they were told: the last ones, as lines
/// of two files in the state folder, of which the older goes when the newer is full. On the loop.
/// When the disk refuses, they wait in memory, and it is tried again.
class ReportBook {
public:
    static constexpr std::size_t most_waiting = 100;

    /// Reads what is there; a line that was not finished is cut off.
    /// @param name        "alerts" becomes alerts.log and alerts.old.log
    /// @param file_bytes  of one file
    ReportBook(asio::io_context& io, const std::filesystem::path& folder, const std::string& name,
               std::uint64_t file_bytes);

    /// Kept once, though it may be told again after loggerd was killed.
    void add(std::string_view slot, std::string_view id, contract::Time time,
             const contract::Json& report);

    std::uint64_t newest() const { return newest_; }
    /// As log.reports answers, without `delivered`.
    /// @throws contract::BadMessage, DiskError
    contract::LogReportsAnswer read(const contract::LogReportsArgs& args);

private:
    enum Which : unsigned char { current, older };
    struct Entry {
        std::uint64_t number = 0;
        contract::Time time{};
        std::string slot;
        std::string id; ///< as one word
        Which file = current;
        std::uint64_t at = 0; ///< of its JSON
        std::uint32_t size = 0;
        std::string unwritten; ///< its whole line, for as long as the disk refuses
    };
    void load(Which file);
    bool take_line(std::string_view line, Which file, std::uint64_t at);
    bool is_known(std::string_view id) const;
    void write();
    void write(Entry& entry);
    void turn_over();
    contract::LogReport report_of(const Entry& entry);

    std::filesystem::path folder_;
    std::string name_;
    std::uint64_t file_bytes_;
    std::array<ReportFile, 2> files_;
    std::deque<Entry> entries_;
    std::uint64_t size_ = 0; ///< of the current file
    std::uint64_t newest_ = 0;
    bool refused_ = false;
    LocalTime clock_;
    bus::Alarm again_;
};

} // namespace loggerd
