#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "bus/responder.hpp"
#include "contract/board_reports.hpp"
#include "loggerd/report_book.hpp"

namespace loggerd {

/// Boots and alerts after their events: the verbs log.reports and log.delivered. An alert stays
/// until everybody who has to be told says that he was, so that it outlives portald.
class Reports {
public:
    /// @param folder  of the state
    Reports(asio::io_context& io, const std::filesystem::path& folder);

    void boot(const std::string& slot, const contract::BootReport& boot);
    void alert(const std::string& slot, const contract::AlertReport& alert);
    std::uint64_t newest_alert() const { return alerts_.newest(); }

    void serve(bus::Responder& requests);

private:
    contract::LogReportsAnswer read(const contract::LogReportsArgs& args);
    void save(const contract::LogDelivered& delivered);

    std::filesystem::path delivered_file_;
    ReportBook alerts_;
    ReportBook boots_;
    contract::LogDelivered delivered_;
};

} // namespace loggerd
