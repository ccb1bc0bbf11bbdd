#pragma once

#include <deque>
#include <optional>
#include <string>

#include "contract/envelope.hpp"
#include "contract/json.hpp"

namespace portald {

/// The last alerts and boots that loggerd told, each once though it may tell them again. No I/O.
class BoardNews {
public:
    static constexpr std::size_t most = 100;

    /// The message to tell of log.alert/ or log.boot/; nothing when it is known already.
    /// @throws contract::BadMessage
    std::optional<contract::Json> take(const contract::Event& event);

    /// Newest first, in short; of one slot, if named.
    contract::Json list(const std::optional<std::string>& slot) const;
    /// As it came; null: there is none.
    contract::Json whole(const std::string& id) const;

private:
    std::deque<contract::Json> news_;
};

/// What fits a page: of long lists, the lines next to the one that matched.
contract::Json in_short(contract::Json news);

} // namespace portald
