#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "portald/address_rates.hpp"
#include "portald/request.hpp"
#include "portald/tokens.hpp"

namespace portald {

inline constexpr std::string_view login_path = "/api/login";

/// Whether a request came with a token that is good for what it wants. Who guesses is slowed down.
/// No I/O; any thread.
class TokenCheck {
public:
    using TimePoint = TokenBucket::TimePoint;
    /// Wrong ones of one address.
    static constexpr double failures_a_second = 0.5, failures_at_once = 10;

    /// @param is_public  paths that tell nothing of the boards: the page's own files
    explicit TokenCheck(Tokens tokens, std::function<bool(const std::string&)> is_public = {});

    struct Verdict {
        std::optional<Response> refusal = {};
        std::string holder = {}; ///< "" where no token is asked for
    };
    Verdict check(const Request& request, TimePoint now) const;

    /// POST /api/login: a token for a cookie, since a browser's WebSocket, EventSource and links
    /// cannot send Authorization.
    /// @param secure  the browser came by https, and shall send the cookie by https only
    Response login(const Request& request, TimePoint now, bool secure = false) const;

private:
    const Holder* holder_of(const Request& request) const;
    bool needs_none(const Request& request) const;
    Verdict no_holder(const Request& request, TimePoint now) const;

    Tokens tokens_;
    std::function<bool(const std::string&)> is_public_;
    mutable AddressRates failures_{failures_a_second, failures_at_once}; // has a lock of its own
};

} // namespace portald
