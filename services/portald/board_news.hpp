#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "contract/envelope.hpp"
#include "contract/json.hpp"
#include "contract/log_reports.hpp"

namespace portald {

/// The last alerts and boots that loggerd told, each once though it may tell them again. No I/O.
class BoardNews {
public:
    static constexpr std::size_t most = 100;

    /// The message to tell of log.alert/ or log.boot/; nothing when it is known already.
    /// @throws contract::BadMessage
    std::optional<contract::Json> take(const contract::Event& event);
    /// The same of what loggerd kept.
    /// @param kind  "alert" or "boot"
    std::optional<contract::Json> take(std::string_view kind, const contract::LogReport& report);

    /// Newest first, in short; of one slot, if named.
    contract::Json list(const std::optional<std::string>& slot) const;
    /// As it came; null: there is none.
    contract::Json whole(const std::string& id) const;

private:
    std::optional<contract::Json> take(contract::Json news);

    std::deque<contract::Json> news_;
};

/// The message to tell of a report. @param kind  "alert" or "boot"  @throws contract::BadMessage
contract::Json news_of(std::string_view kind, const contract::LogReport& report);

/// What fits a page: of long lists, the lines next to the one that matched.
contract::Json in_short(contract::Json news);

} // namespace portald
