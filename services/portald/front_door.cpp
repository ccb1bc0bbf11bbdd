#include "portald/front_door.hpp"

#include "loop/asio.hpp"

namespace portald {

namespace {

bool changes_something(const Request& request)
{
    return request.method != "GET" && request.method != "HEAD";
}

} // namespace

FrontDoor::FrontDoor(daemonkit::AccessList access, HostCheck hosts)
    : access_(std::move(access)), hosts_(std::move(hosts))
{
}

std::optional<Response> FrontDoor::refusal(const Request& request) const
{
    boost::system::error_code fault;
    const auto peer = asio::ip::make_address(request.peer, fault);
    if (fault || !access_.allows(peer)) {
        return plain_error(403, request.peer + " is not in access.allow of settings.json");
    }
    // /ws without an upgrade too, so that a page can read why its WebSocket was refused.
    if (changes_something(request) || request.upgrade || request.path == "/ws") {
        if (const auto why = hosts_.refusal(request.host, request.origin)) {
            return portald::refusal(403, *why);
        }
    }
    return rate_.refusal(request, std::chrono::steady_clock::now());
}

} // namespace portald
