#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "contract/envelope.hpp"

namespace portald {

/// What a page says over /ws (docs/web-api.md).
struct Follow {
    static constexpr std::uint32_t most_tail = 262144;

    std::string slot; ///< id or label
    std::uint32_t tail = 65536;
    std::optional<contract::Stamp> after = {}; ///< the last that it has
};
struct Unfollow {
    std::string slot;
};
struct Misunderstood {
    std::string error;
};
using PageMessage = std::variant<Follow, Unfollow, Misunderstood>;

inline constexpr std::size_t most_page_message = 4096;

/// Whatever was sent.
PageMessage read_page_message(const std::string& text);

std::string error_message(const std::string& error);
std::string not_followed_message(const std::string& slot, const std::string& error);

} // namespace portald
