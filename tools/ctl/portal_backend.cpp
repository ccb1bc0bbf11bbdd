#include "ctl/portal_backend.hpp"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <thread>
#include <utility>

#include "commandkit/asking.hpp"
#include "commandkit/command_line.hpp"
#include "contract/time.hpp"
#include "daemonkit/files.hpp"

namespace ctl {
namespace {

using contract::ErrorCode;

std::string error_of(const Json& answer, long status)
{
    if (answer.is_object() && answer.contains("error") && answer["error"].is_string())
        return answer["error"].get<std::string>();
    return "the portal answers " + std::to_string(status);
}

ErrorCode code_of(long status)
{
    switch (status) {
    case 400:
        return ErrorCode::bad_request;
    case 401:
    case 403:
        return ErrorCode::denied;
    case 404:
        return ErrorCode::not_found;
    case 409:
        return ErrorCode::busy;
    default:
        return ErrorCode::io;
    }
}

std::string query_of(const Json& args)
{
    std::string query;
    for (const auto& [key, value] : args.items()) {
        std::string text = value.is_string() ? value.get<std::string>() : value.dump();
        if (value.is_boolean()) text = value.get<bool>() ? "1" : "0";
        query += (query.empty() ? "?" : "&") + key + "=" + url_encoded(text);
    }
    return query;
}

} // namespace

PortalBackend::PortalBackend(const std::string& host, std::string token, std::string authorities)
    : http_(host, std::move(token), std::move(authorities))
{
}

Json PortalBackend::ask(const std::string& method, const std::string& path, const Json* body) const
{
    const auto answer =
        http_.ask(method, path, body ? std::optional{contract::to_text(*body)} : std::nullopt);
    Json parsed;
    try {
        parsed = contract::parse_json(answer.body, "the portal's answer");
    } catch (const contract::BadMessage&) {
        if (answer.status < 300) throw;
    }
    if (answer.status == 503 || answer.status == 504)
        throw commandkit::Unreachable(error_of(parsed, answer.status));
    if (answer.status >= 300)
        throw commandkit::Refused(code_of(answer.status), error_of(parsed, answer.status));
    if (parsed.is_object() && parsed.contains("ok") && parsed["ok"] == false)
        throw commandkit::Refused(ErrorCode::io, error_of(parsed, answer.status));
    return parsed;
}

std::vector<Json> PortalBackend::slots()
{
    const auto answer = ask("GET", "/api/devices");
    std::vector<Json> found;
    for (const auto& entry : contract::Fields{answer, "/api/devices"}.array("slots"))
        if (entry.is_object() && entry.value("label", Json{}).is_string()) found.push_back(entry);
    return found;
}

Json PortalBackend::act(const std::string& slot, std::string_view action, Json args)
{
    return ask("POST", "/api/slots/" + url_encoded(slot) + "/" + std::string(action), &args);
}

Json PortalBackend::assign(Json wanted)
{
    return ask("POST", "/api/slots", &wanted);
}

Json PortalBackend::unassign(const std::string& slot, Json args)
{
    return ask("DELETE", "/api/slots/" + url_encoded(slot), &args);
}

Json PortalBackend::search(Json args)
{
    return ask("GET", "/api/logs/search" + query_of(args));
}

void PortalBackend::write(const std::string& slot, std::string bytes, Json args)
{
    args["text"] = std::move(bytes);
    act(slot, "write", std::move(args));
}

/// A portal does not tell: a second is more than loggerd takes.
bool PortalBackend::is_logged(const std::string&)
{
    std::this_thread::sleep_for(std::chrono::seconds{1});
    return true;
}

Output PortalBackend::output(const std::string& slot, Place& place)
{
    const Json wish{{"slot", slot}, {"timeout", 1}};
    const auto answer = ask("POST", "/api/serial/monitor", &wish);
    place.known = true;
    Output output;
    for (const auto& line : contract::Fields{answer, "/api/serial/monitor"}.strings("output"))
        output.parts.push_back({line + "\n", true});
    return output;
}

/// There is no log.read over the web, but a search for anything has each line.
LogPage PortalBackend::lines_since(const LogWish& wish)
{
    Json args{{"pattern", "^"}, {"slot", wish.slot}, {"from", *wish.from}, {"limit", 1000}};
    if (!wish.cursor.empty()) args["cursor"] = wish.cursor;
    const auto answer = search(args);
    LogPage page;
    for (const auto& match : contract::Fields{answer, "search"}.array("matches")) {
        const contract::Fields fields{match, "match"};
        page.text += "[" + fields.string("time") + "] [" + fields.string("direction") + "] " +
                     fields.string("text") + "\n";
    }
    page.cursor = answer.value("cursor", Json{}).is_string() ? answer["cursor"].get<std::string>()
                                                             : std::string{};
    page.more = !page.cursor.empty();
    return page;
}

/// The file of the next day, or the day's next part; "" when this one is the newest.
std::string PortalBackend::file_after(const std::string& slot, const std::string& file) const
{
    const auto answer = ask("GET", "/api/logs?slot=" + url_encoded(slot));
    std::string newer;
    for (const auto& one : contract::Fields{answer, "/api/logs"}.array("files")) { // newest first
        const auto name = contract::Fields{one, "file"}.string("file");
        if (name == file) return newer;
        newer = name;
    }
    return {};
}

/// The end of the newest file, or what came behind `cursor`, which is "file@place".
LogPage PortalBackend::last_lines(const LogWish& wish)
{
    auto file = wish.cursor.substr(0, wish.cursor.rfind('@'));
    std::int64_t at = -static_cast<std::int64_t>(
        std::min<std::uint64_t>(std::uint64_t{wish.last} * 512 + 4096, 2 << 20));
    if (file.empty()) {
        const auto answer = ask("GET", "/api/logs?slot=" + url_encoded(wish.slot));
        const auto& files = contract::Fields{answer, "/api/logs"}.array("files");
        if (files.empty()) return {};
        file = contract::Fields{files.front(), "file"}.string("file");
        const auto size = contract::Fields{files.front(), "file"}.counter_or_null("text_bytes");
        if (size) at = std::max<std::int64_t>(0, static_cast<std::int64_t>(*size) + at);
    } else {
        at = std::atoll(wish.cursor.c_str() + wish.cursor.rfind('@') + 1);
    }
    auto answer = http_.part("/api/logs/" + url_encoded(file), at);
    const bool is_at_end = answer.status == 416 || answer.body.empty();
    if (const auto next = is_at_end ? file_after(wish.slot, file) : ""; !next.empty())
        return {"", next + "@0", true};
    if (answer.status == 416)
        return {"", file + "@" + std::to_string(std::max<std::int64_t>(at, 0)), false};
    if (answer.status >= 300) throw commandkit::Refused(code_of(answer.status), answer.body);
    if (at < 0) at = 0;
    answer.body.resize(answer.body.rfind('\n') + 1); // npos + 1 is 0
    const auto end = at + static_cast<std::int64_t>(answer.body.size());
    if (wish.cursor.empty() && at > 0) answer.body.erase(0, answer.body.find('\n') + 1);
    return {answer.body, file + "@" + std::to_string(end), false};
}

LogPage PortalBackend::log(const LogWish& wish)
{
    return wish.from ? lines_since(wish) : last_lines(wish);
}

void PortalBackend::follow(const std::function<void(const Json&)>& tell)
{
    bool begun = false; // the state that is told at first is no news
    http_.stream("/api/events", [&](const std::string& line) {
        if (!line.starts_with("data:")) return;
        const auto message = contract::parse_json(line.substr(5), "/api/events");
        if (message.value("type", "") == "end") begun = true;
        const auto event = event_of_message(message);
        if (begun && !event.is_null()) tell(event);
    });
}

std::string token_of(const std::string& file)
{
    if (file.empty()) {
        const char* token = std::getenv("RFC2217_TOKEN");
        return token == nullptr ? "" : token;
    }
    auto text = daemonkit::read_file(file);
    return text.substr(0, text.find_first_of("\r\n \t"));
}

Json event_of_message(const Json& message)
{
    const auto type = message.value("type", "");
    Json body = message;
    body.erase("type");
    const auto told = [&](const std::string& event, const Json& slot, const Json& content) {
        return Json{{"time", message.value("time", contract::format_time(contract::wall_now()))},
                    {"event", event},
                    {"slot", slot},
                    {"body", content}};
    };
    if (type == "slot") {
        const auto& entry = message.at("entry");
        const auto slot = entry.value("slot", Json{});
        return slot.is_string() ? told("slot.changed", slot, entry) : Json{};
    }
    if (type == "alert")
        return told("log." + message.value("kind", "alert"), message.value("slot", ""), body);
    if (type == "gone") return told("slot.removed", "", body);
    if (type == "daemon") return told("daemon", "", body);
    return {};
}

} // namespace ctl
