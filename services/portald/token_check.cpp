#include "portald/token_check.hpp"

#include <strings.h>

namespace portald {

namespace {

constexpr std::string_view cookie_name = "rfc2217_session=";

std::string_view trimmed(std::string_view text)
{
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return text;
}

/// "" when there is none.
std::string_view cookie_in(std::string_view header)
{
    while (!header.empty()) {
        const auto end = header.find(';');
        const auto one = trimmed(header.substr(0, end));
        if (one.starts_with(cookie_name)) return one.substr(cookie_name.size());
        header = end == header.npos ? std::string_view{} : header.substr(end + 1);
    }
    return {};
}

/// "" when it is of another scheme.
std::string_view bearer_in(std::string_view header)
{
    static constexpr std::string_view scheme = "Bearer ";
    if (header.size() < scheme.size() ||
        strncasecmp(header.data(), scheme.data(), scheme.size()) != 0)
        return {};
    return trimmed(header.substr(scheme.size()));
}

bool has_credentials(const Request& request)
{
    return request.authorization || !cookie_in(request.cookie).empty();
}

std::string set_cookie(const std::string& value, const std::string& more)
{
    return std::string(cookie_name) + value + "; Path=/; HttpOnly; SameSite=Strict" + more;
}

Response unauthorised(const std::string& why)
{
    auto response = refusal(401, why);
    response.headers.emplace_back("WWW-Authenticate", "Bearer realm=\"rfc2217\"");
    return response;
}

Response too_many()
{
    auto response = refusal(429, "too many wrong tokens from this address; try again");
    response.headers.emplace_back("Retry-After", "2");
    return response;
}

} // namespace

TokenCheck::TokenCheck(Tokens tokens, std::function<bool(const std::string&)> is_public)
    : tokens_(std::move(tokens)), is_public_(std::move(is_public))
{
}

/// What udev tells comes from this machine, where nobody can give a token to udev.
bool TokenCheck::needs_none(const Request& request) const
{
    if (request.path == "/api/hotplug") return from_loopback(request);
    if (request.path == login_path) return request.method == "POST";
    return !changes_something(request) && is_public_ && is_public_(request.path);
}

const Holder* TokenCheck::holder_of(const Request& request) const
{
    if (request.authorization) return tokens_.by_token(bearer_in(*request.authorization));
    const auto cookie = cookie_in(request.cookie);
    return cookie.empty() ? nullptr : tokens_.by_cookie(cookie);
}

TokenCheck::Verdict TokenCheck::check(const Request& request, TimePoint now) const
{
    if (!tokens_.asked_for() || needs_none(request)) return {};
    // Before anything is compared: else it would tell right from wrong nevertheless.
    if (has_credentials(request) && !failures_.has(request.peer, now)) return {too_many()};
    const auto* holder = holder_of(request);
    if (!holder) return no_holder(request, now);
    if (holder->role == Role::read && changes_something(request))
        return {refusal(403, "the token of " + holder->name + " may only read")};
    return {{}, holder->name};
}

/// Who has brought nothing has not guessed.
TokenCheck::Verdict TokenCheck::no_holder(const Request& request, TimePoint now) const
{
    if (!has_credentials(request))
        return {unauthorised("this portal asks for a token: Authorization: Bearer …")};
    failures_.take(request.peer, now);
    auto response = unauthorised("a token that this portal does not know");
    if (!request.authorization) // one of a token that was withdrawn: the browser shall forget it
        response.headers.emplace_back("Set-Cookie", set_cookie("", "; Max-Age=0"));
    return {response};
}

Response TokenCheck::login(const Request& request, TimePoint now, bool secure) const
try {
    const auto body = contract::parse_json(request.body, "body");
    if (!body.is_object()) return refusal(400, "body: must be an object");
    const contract::Fields fields(body, "body");
    const auto token = fields.string("token");
    fields.no_others();
    if (!tokens_.asked_for()) return refusal(404, "this portal asks for no token");
    if (!failures_.has(request.peer, now)) return too_many();
    const auto cookie = tokens_.cookie_for(token);
    if (cookie.empty()) {
        failures_.take(request.peer, now);
        return unauthorised("a token that this portal does not know");
    }
    const auto* holder = tokens_.by_token(token);
    auto response = json_response({{"ok", true},
                                   {"name", holder->name},
                                   {"role", holder->role == Role::read ? "read" : "operate"}});
    response.headers.emplace_back("Set-Cookie", set_cookie(cookie, secure ? "; Secure" : ""));
    return response;
} catch (const contract::BadMessage& bad) {
    return refusal(400, bad.what());
}

} // namespace portald
