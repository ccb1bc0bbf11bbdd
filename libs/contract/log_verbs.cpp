#include "contract/log_verbs.hpp"

namespace contract {
namespace {

/// A request has only what was asked for; an answer says null.
template<typename T>
void put_given(Json& json, const char* key, const std::optional<T>& value)
{
    if (value) json[key] = *value;
}

template<typename T>
Json or_null(const std::optional<T>& value)
{
    return value ? Json(*value) : Json(nullptr);
}

template<typename T>
std::vector<T> list(const Fields& fields, std::string_view key)
{
    std::vector<T> values;
    for (const auto& value : fields.array(key)) values.push_back(value.template get<T>());
    return values;
}

} // namespace

void to_json(Json& json, const LogListArgs& value)
{
    json = Json::object();
    put_given(json, "slot", value.slot);
    put_given(json, "cursor", value.cursor);
}

void from_json(const Json& json, LogListArgs& value)
{
    const Fields fields(json, "log.list");
    value.slot = fields.string_or_null("slot");
    value.cursor = fields.string_or_null("cursor");
}

void to_json(Json& json, const LogFileInfo& value)
{
    json = Json{{"file", value.file},
                {"slot", or_null(value.slot)},
                {"date", value.date},
                {"disk_bytes", value.disk_bytes},
                {"text_bytes", or_null(value.text_bytes)},
                {"first", value.first},
                {"last", value.last},
                {"compressed", value.compressed},
                {"open", value.open}};
}

void from_json(const Json& json, LogFileInfo& value)
{
    const Fields fields(json, "log.list answer: file");
    value.file = fields.string("file");
    value.slot = fields.string_or_null("slot");
    value.date = fields.string("date");
    value.disk_bytes = fields.counter("disk_bytes");
    value.text_bytes = fields.counter_or_null("text_bytes");
    value.first = fields.string("first");
    value.last = fields.string("last");
    value.compressed = fields.boolean("compressed");
    value.open = fields.boolean("open");
}

void to_json(Json& json, const LogListAnswer& value)
{
    json =
        Json{{"files", value.files}, {"cursor", or_null(value.cursor)}, {"faults", Json::object()}};
    for (const auto& [slot, fault] : value.faults) json["faults"][slot] = fault;
}

void from_json(const Json& json, LogListAnswer& value)
{
    const Fields fields(json, "log.list answer");
    value.files = list<LogFileInfo>(fields, "files");
    value.cursor = fields.string_or_null("cursor");
    const auto& faults = fields.any("faults");
    const Fields by_slot(faults, fields.where() + ": faults");
    for (const auto& item : faults.items()) value.faults[item.key()] = by_slot.string(item.key());
}

void to_json(Json& json, const LogReadArgs& value)
{
    json = Json::object();
    put_given(json, "slot", value.slot);
    put_given(json, "file", value.file);
    put_given(json, "from", value.from);
    put_given(json, "to", value.to);
    put_given(json, "last", value.last);
    put_given(json, "at", value.at);
    put_given(json, "cursor", value.cursor);
    json["max_bytes"] = value.max_bytes;
}

void from_json(const Json& json, LogReadArgs& value)
{
    const Fields fields(json, "log.read");
    value.slot = fields.string_or_null("slot");
    value.file = fields.string_or_null("file");
    if (value.slot && value.file) fields.fail("file", "goes without slot");
    if (!value.slot && !value.file) fields.fail(fields.has("at") ? "file" : "slot", "is missing");
    value.from = fields.string_or_null("from");
    value.to = fields.string_or_null("to");
    if (fields.has("last")) value.last = fields.number<std::uint32_t>("last", 1, most_last_lines);
    value.at = fields.counter_or_null("at");
    value.cursor = fields.string_or_null("cursor");
    if (value.last && (value.from || value.to)) fields.fail("last", "goes without from and to");
    if (value.at && (!value.file || value.from || value.to || value.last || value.cursor))
        fields.fail("at", "goes with file and max_bytes only");
    value.max_bytes =
        fields.number_or<std::uint32_t>("max_bytes", most_log_bytes, 1, most_log_bytes);
}

void to_json(Json& json, const LogReadAnswer& value)
{
    json = Json{{"file", value.file},
                {"at", value.at},
                {"text_bytes", or_null(value.text_bytes)},
                {"cursor", value.cursor},
                {"more", value.more}};
}

void from_json(const Json& json, LogReadAnswer& value)
{
    const Fields fields(json, "log.read answer");
    value.file = fields.string("file");
    value.at = fields.counter("at");
    value.text_bytes = fields.counter_or_null("text_bytes");
    value.cursor = fields.string("cursor");
    value.more = fields.boolean("more");
}

void to_json(Json& json, const LogSearchArgs& value)
{
    json = Json{{"pattern", value.pattern}};
    put_given(json, "slot", value.slot);
    put_given(json, "from", value.from);
    put_given(json, "to", value.to);
    json["ignore_case"] = value.ignore_case;
    json["context"] = value.context;
    json["limit"] = value.limit;
    put_given(json, "cursor", value.cursor);
}

void from_json(const Json& json, LogSearchArgs& value)
{
    const LogSearchArgs defaults;
    const Fields fields(json, "log.search");
    value.pattern = fields.string("pattern");
    if (value.pattern.empty()) fields.fail("pattern", "is empty");
    if (value.pattern.size() > most_log_pattern)
        fields.fail("pattern", "is longer than " + std::to_string(most_log_pattern) + " bytes");
    value.slot = fields.string_or_null("slot");
    value.from = fields.string_or_null("from");
    value.to = fields.string_or_null("to");
    value.ignore_case = fields.boolean("ignore_case", defaults.ignore_case);
    value.context =
        fields.number_or<std::uint32_t>("context", defaults.context, 0, most_log_context);
    value.limit = fields.number_or<std::uint32_t>("limit", defaults.limit, 1, most_log_matches);
    value.cursor = fields.string_or_null("cursor");
}

void to_json(Json& json, const LogMatch& value)
{
    json = Json{{"file", value.file},     {"slot", or_null(value.slot)},  {"at", value.at},
                {"time", value.time},     {"direction", value.direction}, {"text", value.text},
                {"before", value.before}, {"after", value.after}};
}

void from_json(const Json& json, LogMatch& value)
{
    const Fields fields(json, "log.search answer: match");
    value.file = fields.string("file");
    value.slot = fields.string_or_null("slot");
    value.at = fields.counter("at");
    value.time = fields.string("time");
    value.direction = fields.choice("direction", {"RX", "TX", "INFO"});
    value.text = fields.string("text");
    value.before = fields.strings("before");
    value.after = fields.strings("after");
}

void to_json(Json& json, const LogSearchAnswer& value)
{
    json = Json{{"matches", value.matches},
                {"searched", value.searched},
                {"cursor", or_null(value.cursor)}};
}

void from_json(const Json& json, LogSearchAnswer& value)
{
    const Fields fields(json, "log.search answer");
    value.matches = list<LogMatch>(fields, "matches");
    value.searched = fields.counter("searched");
    value.cursor = fields.string_or_null("cursor");
}

} // namespace contract
