#include "portald/api.hpp"

#include <algorithm>

#include "portald/board_switch.hpp"
#include "portald/log_api.hpp"
#include "portald/serial_output.hpp"
#include "portald/slot_actions.hpp"
#include "portald/slot_edits.hpp"
#include "portald/slot_events.hpp"
#include "portald/token_check.hpp"

namespace portald {

using contract::Json;

std::vector<std::string_view> methods_of(std::string_view path)
{
    if (path == "/api/devices" || path == "/api/info" || path == "/healthz") return {"GET"};
    if (path == "/api/alerts" || path == events_path || path == "/metrics") return {"GET"};
    if (path == "/api/hotplug" || path == "/api/start" || path == "/api/stop") return {"POST"};
    if (path == login_path) return {"POST"};
    if (path == slots_path || waits_for_output(path)) return {"POST"};
    if (is_slot_action(path)) return {"POST"};
    if (is_slot_events(path)) return {"GET"};
    if (names_a_slot(path)) return {"DELETE"};
    if (is_of_logs(path)) return {"GET"};
    return {};
}

bool waits_for_output(std::string_view path)
{
    return path == "/api/serial/reset" || path == "/api/serial/monitor";
}

Api::Api(Facts facts, std::function<PortalNumbers()> numbers)
    : facts_(std::move(facts)), numbers_(std::move(numbers))
{
}

Step Api::answer(const Request& request, const Known& known) const
{
    if (request.path == "/api/devices") {
        return json_response(devices_answer(known, facts_, request.host_ip));
    }
    if (request.path == "/api/info") {
        return json_response(info_answer(known, facts_, request.host_ip));
    }
    if (request.path == "/healthz") return health(known);
    if (request.path == "/metrics") {
        return Response{200, "text/plain; version=0.0.4; charset=utf-8",
                        metrics_text(known, numbers_ ? numbers_() : PortalNumbers{})};
    }
    if (request.path == "/api/alerts") return alerts(request, known);
    if (request.path == "/api/hotplug") return hotplug(request, known);
    if (request.path == "/api/start") return start(request, known);
    if (request.path == "/api/stop") return stop(request, known);
    if (request.path == "/api/serial/reset") return serial_reset(request, known);
    if (request.path == "/api/serial/monitor") return serial_monitor(request, known);
    if (request.path == slots_path) return assign_slot(request, known);
    if (is_slot_events(request.path)) return slot_events(request, known);
    if (is_slot_action(request.path)) return act_on_slot(request, known);
    if (names_a_slot(request.path)) return unassign_slot(request, known);
    if (is_of_logs(request.path)) return answer_logs(request, known);
    return plain_error(404, "not found");
}

Step Api::alerts(const Request& request, const Known& known)
try {
    std::optional<std::string> slot, id;
    for (const auto& [key, value] : parse_query(request.query)) {
        if (key != "slot" && key != "id")
            throw contract::BadMessage("query: " + key.substr(0, 64) +
                                       ": is not a key that is known here");
        (key == "slot" ? slot : id) = value;
    }
    if (id) {
        const auto news = known.news.whole(*id);
        if (news.is_null()) return refusal(404, "no such alert");
        return json_response({{"alerts", Json::array({news})}});
    }
    const auto* named = slot ? known.slot_named(*slot) : nullptr;
    return json_response({{"alerts", known.news.list(named ? named->slot : slot)}});
} catch (const contract::BadMessage& bad) {
    return refusal(400, bad.what());
}

Step Api::health(const Known& known) const
{
    const bool all = std::all_of(daemons.begin(), daemons.end(),
                                 [&](const Daemon& daemon) { return known.is_up(daemon.name); });
    return json_response(
        Json{{"status", all ? "ok" : "degraded"}, {"daemons", daemons_view(known)}});
}

} // namespace portald
