#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "contract/json.hpp"
#include "portald/known.hpp"
#include "portald/request.hpp"

/// What the requests that do something have in common: how a body is read, and in which words
/// something is refused. No I/O.
namespace portald {

/// A member as text. The old portal took null, "" and an absent one for the same.
std::string text_of(const contract::Fields& body, std::string_view key);

/// Parses the body and hands it to `use`; what is wrong with it becomes a 400.
template<typename Use>
Step with_body(const Request& request, Use use)
{
    if (request.body.empty()) return refusal(400, "empty body");
    try {
        const auto body = contract::parse_json(request.body, "body");
        if (!body.is_object()) return refusal(400, "body: is no object");
        return use(contract::Fields(body, "body"));
    } catch (const contract::BadMessage& bad) {
        return refusal(400, bad.what());
    }
}

/// A daemon's refusal, as an HTTP status.
Response from_error(const contract::Error& error);

/// Answers when `is_so`, or after a moment. An event comes by another way than the reply of who
/// sent it; whoever has our answer shall find what it says.
Step once_known(std::function<bool(const Known&)> is_so, Response answer);

/// Why nothing can be asked of bridged now; nothing when it can.
std::optional<Response> without_bridge(const Known& known);

/// "SLOT1 has no board": why a slot that should be running is not.
std::string why_not_running(const contract::Slot& slot);

} // namespace portald
