#include "portald/slot_events.hpp"

#include <algorithm>

#include "contract/log_reports.hpp"
#include "portald/api_body.hpp"
#include "portald/log_api.hpp"
#include "portald/slot_edits.hpp"

namespace portald {

namespace {

using contract::BadMessage, contract::Error, contract::Json;
using contract::LogReportsAnswer, contract::LogReportsArgs;

constexpr std::string_view last_word = "/events";

/// Of a query; "kind" may be "", for both.
LogReportsArgs arguments(const Request& request)
{
    Json args = Json::object();
    const auto query = parse_query(request.query);
    for (const auto& [key, value] : query) {
        if (key == "after" || key == "limit" || key == "last")
            args[key] = query_number(key, value);
        else if (key == "kind" || key == "from" || key == "to")
            args[key] = value;
        else
            throw BadMessage("query: " + key.substr(0, 64) + ": is not a key that is known here");
    }
    if (query.contains("kind")) return args.get<LogReportsArgs>();
    if (query.contains("after") || query.contains("limit"))
        throw BadMessage("query: after and limit go with one kind, which is not given");
    args["kind"] = "alert"; // is not looked at
    auto both = args.get<LogReportsArgs>();
    both.kind.clear();
    if (!both.last) both.last = contract::most_log_reports;
    return both;
}

Step ask(const LogReportsArgs& args, std::function<Step(const LogReportsAnswer&)> then)
{
    return BusCall{"loggerd", std::string(contract::verbs::log_reports), Json(args),
                   [then = std::move(then)](const contract::Result& result, const Known&) -> Step {
                       if (const auto* error = std::get_if<Error>(&result))
                           return from_error(*error);
                       return then(std::get<Json>(result).get<LogReportsAnswer>());
                   }};
}

Json events_of(std::string_view kind, const LogReportsAnswer& answer)
{
    Json events = Json::array();
    for (const auto& report : answer.reports) {
        events.push_back(news_of(kind, report));
        events.back()["number"] = report.number;
    }
    return events;
}

Step of_one_kind(const LogReportsArgs& args)
{
    return ask(args, [kind = args.kind](const LogReportsAnswer& answer) -> Step {
        return json_response(
            {{"events", events_of(kind, answer)}, {"next", answer.next}, {"more", answer.more}});
    });
}

Step of_both(LogReportsArgs args)
{
    args.kind = "alert";
    return ask(args, [args](const LogReportsAnswer& alerts) mutable -> Step {
        args.kind = "boot";
        return ask(args,
                   [last = *args.last,
                    events = events_of("alert", alerts)](const LogReportsAnswer& boots) -> Step {
                       auto all = events;
                       for (auto& boot : events_of("boot", boots)) all.push_back(std::move(boot));
                       std::stable_sort(all.begin(), all.end(),
                                        [](const Json& one, const Json& other) {
                                            return one.at("time") < other.at("time");
                                        });
                       if (all.size() > last) all.erase(all.begin(), all.end() - last);
                       return json_response({{"events", std::move(all)}});
                   });
    });
}

} // namespace

bool is_slot_events(std::string_view path)
{
    const auto before = slots_path.size() + 1;
    return path.starts_with(slots_path) && path.ends_with(last_word) &&
           path.size() > before + last_word.size() &&
           path.find('/', before) == path.size() - last_word.size();
}

Step slot_events(const Request& request, const Known& known)
{
    if (!known.is_up("loggerd")) return refusal(503, "loggerd does not answer");
    auto name = std::string_view{request.path}.substr(slots_path.size() + 1);
    name.remove_suffix(last_word.size());
    const auto* slot = known.slot_named(name);
    try {
        auto args = arguments(request);
        args.slot = slot ? slot->slot : std::string(name); // one that is no more has its events
        return args.kind.empty() ? of_both(args) : of_one_kind(args);
    } catch (const BadMessage& bad) {
        return refusal(400, bad.what());
    }
}

} // namespace portald
