#include "portald/front_door.hpp"

#include "loop/asio.hpp"

namespace portald {

namespace {

bool only_looks(const Request& request)
{
    return request.method == "GET" || request.method == "HEAD";
}

} // namespace

FrontDoor::FrontDoor(daemonkit::AccessList access, HostCheck hosts, const TokenCheck* tokens,
                     std::function<void(const std::string&)> complain)
    : access_(std::move(access)),
      hosts_(std::move(hosts)),
      tokens_(tokens),
      complain_(std::move(complain))
{
}

FrontDoor::Verdict FrontDoor::judge(const Request& request) const
{
    const auto now = std::chrono::steady_clock::now();
    auto verdict = decide(request, now);
    if (verdict.refusal) complain(request, *verdict.refusal, now);
    return verdict;
}

FrontDoor::Verdict FrontDoor::decide(const Request& request, TokenBucket::TimePoint now) const
{
    if (auto refused = stranger(request.peer)) return {std::move(refused)};
    // /ws without an upgrade too, so that a page can read why its WebSocket was refused. With a
    // request that only looks, a browser sends an Origin when the page is another site's.
    if (!only_looks(request) || request.upgrade || request.path == "/ws" || request.origin) {
        if (const auto why = hosts_.refusal(request.host, request.origin))
            return {portald::refusal(403, *why)};
    }
    auto token = tokens_ ? tokens_->check(request, now) : TokenCheck::Verdict{};
    if (token.refusal) return {std::move(token.refusal)};
    return {rate_.refusal(request, now), std::move(token.holder)};
}

std::optional<Response> FrontDoor::stranger(const std::string& address) const
{
    boost::system::error_code fault;
    const auto peer = asio::ip::make_address(address, fault);
    if (!fault && access_.allows(peer)) return std::nullopt;
    return plain_error(403, address + " is not in access.allow of settings.json");
}

bool FrontDoor::lets_in(const std::string& address) const
{
    const auto refused = stranger(address);
    if (!refused) return true;
    Request nothing;
    nothing.method = "connection";
    nothing.path = "to the portal";
    nothing.peer = address;
    complain(nothing, *refused, std::chrono::steady_clock::now());
    return false;
}

/// Without the query: it may have what is nobody's business.
void FrontDoor::complain(const Request& request, const Response& refused,
                         TokenBucket::TimePoint now) const
{
    const auto status = std::to_string(refused.status);
    if (!complain_ || !complaints_.take(request.peer + " " + status, now)) return;
    complain_("refused " + request.peer + ": " + request.method.substr(0, 16) + " " +
              request.path.substr(0, 200) + ": " + status + " " + refused.body.substr(0, 300));
}

} // namespace portald
