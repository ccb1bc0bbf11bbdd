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

LogPage PortalBackend::log(const LogWish& wish)
{
    Json args{{"slot", wish.slot}};
    add_place(args, wish);
    const auto answer = ask("GET", "/api/logs/lines" + query_of(args));
    const contract::Fields fields{answer, "/api/logs/lines"};
    return {fields.string("text"), fields.string("cursor"), fields.boolean("more")};
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
