#include "portald/log_download.hpp"

#include <algorithm>
#include <memory>

#include "portald/log_api.hpp"
#include "portald/seat.hpp"

namespace portald {

Response LogDownloads::answer(Request request)
{
    if (!names_a_log(request.path)) return ask_(std::move(request));
    auto seat = std::make_shared<const Seat>(seats_taken_, most_seats);
    if (!seat->is_taken())
        return refusal(503, std::to_string(most_seats) +
                                " downloads are under way, which is the most; try again");
    auto response = ask_(request);
    if (!response.rest) return response;
    request.part = response.rest;
    request.gone = {};
    response.more = [this, seat,
                     request = std::move(request)]() mutable -> std::optional<std::string> {
        auto& part = *request.part;
        if (part.end && part.at >= *part.end) return "";
        auto next = ask_(request);
        // Shorter than it was, or gone: what was promised does not come.
        if (next.status != 200 || (part.end && next.body.empty())) return std::nullopt;
        part.at += next.body.size();
        return std::move(next.body);
    };
    return response;
}

} // namespace portald
