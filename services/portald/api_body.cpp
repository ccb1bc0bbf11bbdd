#include "portald/api_body.hpp"

namespace portald {

namespace {

int status_of(contract::ErrorCode code)
{
    using contract::ErrorCode;
    switch (code) {
    case ErrorCode::timeout:
        return 504;
    case ErrorCode::denied:
        return 403;
    case ErrorCode::not_found:
        return 404;
    case ErrorCode::bad_request:
        return 400;
    case ErrorCode::busy:
        return 409;
    case ErrorCode::io:
        return 500;
    default:
        return 502;
    }
}

} // namespace

std::string text_of(const contract::Fields& body, std::string_view key)
{
    return body.has(key) ? body.string(key) : std::string();
}

Response from_error(const contract::Error& error)
{
    return refusal(status_of(error.code), error.message);
}

Step once_known(std::function<bool(const Known&)> is_so, Response answer)
{
    constexpr std::chrono::seconds a_moment{2};
    return WaitFor{std::move(is_so), a_moment,
                   [answer = std::move(answer)](const Known&) -> Step { return answer; }};
}

std::optional<Response> without_bridge(const Known& known)
{
    if (known.is_up("bridged")) return std::nullopt;
    return refusal(503, "bridged does not answer");
}

std::string why_not_running(const contract::Slot& slot)
{
    using contract::SlotState;
    if (slot.state == SlotState::empty) return slot.label + " has no board";
    if (slot.state == SlotState::opening) return slot.label + " is still being opened";
    if (!slot.reason.empty()) return slot.reason;
    if (slot.last_error) return *slot.last_error;
    return slot.label + " is " + std::string(contract::to_string(slot.state));
}

} // namespace portald
