#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace commandkit {

/// Why a daemon cannot be asked, and what to do about it, as one line; nothing when its socket
/// takes connections. Told apart at once, where a request would just wait for its time to end.
std::optional<std::string> why_unreachable(const std::string& runtime_dir, std::string_view daemon);

/// For one that takes connections and yet says nothing.
std::string no_answer(std::string_view daemon);

} // namespace commandkit
