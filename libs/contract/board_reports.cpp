#include "contract/board_reports.hpp"

namespace contract {

void to_json(Json& json, const BootReport& value)
{
    to_json(json, static_cast<const LogBoot&>(value));
    json["rom"] = value.rom;
    json["mode"] = value.mode;
    json["idf_version"] = value.idf_version;
    json["app"] = value.app;
    json["app_version"] = value.app_version;
    json["compiled"] = value.compiled;
    json["elf_sha256"] = value.elf_sha256;
    json["time"] = format_time(value.time);
}

void from_json(const Json& json, BootReport& value)
{
    from_json(json, static_cast<LogBoot&>(value));
    const Fields fields(json, "BootReport");
    value.rom = fields.string("rom", "");
    value.mode = fields.string("mode", "");
    value.idf_version = fields.string("idf_version", "");
    value.app = fields.string("app", "");
    value.app_version = fields.string("app_version", "");
    value.compiled = fields.string("compiled", "");
    value.elf_sha256 = fields.string("elf_sha256", "");
    value.time = fields.time_or_null("time").value_or(Time{});
}

void to_json(Json& json, const AlertReport& value)
{
    to_json(json, static_cast<const LogAlert&>(value));
    json["time"] = format_time(value.time);
    json["dump"] = value.dump;
    json["dump_left_out"] = value.dump_left_out;
    json["held_back"] = value.held_back;
}

void from_json(const Json& json, AlertReport& value)
{
    from_json(json, static_cast<LogAlert&>(value));
    const Fields fields(json, "AlertReport");
    value.time = fields.time_or_null("time").value_or(Time{});
    value.dump = fields.strings_or_none("dump");
    value.dump_left_out = fields.counter("dump_left_out", 0);
    value.held_back = fields.counter("held_back", 0);
}

} // namespace contract
