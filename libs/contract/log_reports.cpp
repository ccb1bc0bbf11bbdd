#include "contract/log_reports.hpp"

#include "contract/time.hpp"

namespace contract {
namespace {

std::map<std::string, std::uint64_t> places(const Fields& fields)
{
    const auto& object = fields.any("delivered");
    if (!object.is_object()) fields.fail("delivered", "must be an object");
    if (object.size() > LogDelivered::most) fields.fail("delivered", "has more than 64 members");
    const Fields members(object, fields.where() + ": delivered");
    std::map<std::string, std::uint64_t> found;
    for (const auto& [receiver, number] : object.items())
        found[receiver] = members.counter(receiver);
    return found;
}

Json places_json(const std::map<std::string, std::uint64_t>& places)
{
    Json json = Json::object();
    for (const auto& [receiver, number] : places) json[receiver] = number;
    return json;
}

} // namespace

void to_json(Json& json, const LogReportsArgs& value)
{
    json = Json{{"kind", value.kind}, {"after", value.after}, {"limit", value.limit}};
    if (value.last) json["last"] = *value.last;
    if (value.slot) json["slot"] = *value.slot;
    if (value.from) json["from"] = *value.from;
    if (value.to) json["to"] = *value.to;
}

void from_json(const Json& json, LogReportsArgs& value)
{
    const Fields fields(json, "log.reports");
    value.kind = fields.choice("kind", {"alert", "boot"});
    value.after = fields.counter("after", 0);
    value.limit = fields.number_or<std::uint32_t>("limit", most_log_reports, 1, most_log_reports);
    if (fields.has("last")) value.last = fields.number<std::uint32_t>("last", 1, most_log_reports);
    value.slot = fields.string_or_null("slot");
    value.from = fields.string_or_null("from");
    value.to = fields.string_or_null("to");
}

void to_json(Json& json, const LogReport& value)
{
    json = Json{{"number", value.number},
                {"slot", value.slot},
                {"time", format_time(value.time)},
                {"report", value.report}};
}

void from_json(const Json& json, LogReport& value)
{
    const Fields fields(json, "log.reports answer: report");
    value.number = fields.counter("number");
    value.slot = fields.string("slot");
    value.time = fields.time("time");
    value.report = fields.any("report");
}

void to_json(Json& json, const LogReportsAnswer& value)
{
    json = Json{{"reports", value.reports},
                {"next", value.next},
                {"more", value.more},
                {"newest", value.newest},
                {"delivered", places_json(value.delivered)}};
}

void from_json(const Json& json, LogReportsAnswer& value)
{
    const Fields fields(json, "log.reports answer");
    for (const auto& report : fields.array("reports"))
        value.reports.push_back(report.get<LogReport>());
    value.next = fields.counter("next");
    value.more = fields.boolean("more");
    value.newest = fields.counter("newest");
    value.delivered = places(fields);
}

void to_json(Json& json, const LogDelivered& value)
{
    json = Json{{"delivered", places_json(value.delivered)}};
}

void from_json(const Json& json, LogDelivered& value)
{
    value.delivered = places(Fields(json, "log.delivered"));
}

} // namespace contract
