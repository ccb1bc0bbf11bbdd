#include "portald/audit.hpp"

#include <string_view>

namespace portald {

namespace {

constexpr std::size_t most_text = 200;

std::string member(const std::string& text, std::initializer_list<const char*> names)
{
    if (text.empty() || text.size() > 4096) return {}; // none of those that name a slot is longer
    const auto json = contract::Json::parse(text, nullptr, false);
    if (!json.is_object()) return {};
    for (const auto* name : names) {
        const auto found = json.find(name);
        if (found != json.end() && found->is_string())
            return found->get<std::string>().substr(0, most_text);
    }
    return {};
}

/// "/api/slots/ESP32 A/reset", "/api/slots/ESP32 A", or what the body says.
std::string slot_of(const Request& request)
{
    static constexpr std::string_view slots = "/api/slots/";
    const std::string_view path = request.path;
    if (path.starts_with(slots)) {
        const auto rest = path.substr(slots.size());
        return std::string(rest.substr(0, rest.rfind('/')).substr(0, most_text));
    }
    return member(request.body, {"slot", "label", "slot_key", "devnode", "id_path"});
}

std::string result_of(const Response& response)
{
    const auto status = std::to_string(response.status);
    const auto error = member(response.body, {"error"});
    return error.empty() ? status : status + " " + error;
}

} // namespace

Response audited(Request request, const std::function<Response(Request)>& answer,
                 const std::function<void(const AuditEntry&)>& tell)
{
    if (!changes_something(request)) return answer(std::move(request));
    AuditEntry entry{request.peer,
                     request.holder,
                     request.method + " " + request.path.substr(0, most_text),
                     slot_of(request),
                     "500 internal error",
                     1};
    try {
        auto response = answer(std::move(request));
        entry.result = result_of(response);
        tell(entry);
        return response;
    } catch (...) {
        tell(entry);
        throw;
    }
}

std::string audit_line(const AuditEntry& entry)
{
    auto line = "audit: " + entry.peer;
    if (!entry.holder.empty()) line += " (" + entry.holder + ")";
    line += ": " + entry.action;
    // Where the path does not name it.
    if (!entry.slot.empty() && entry.action.find(entry.slot) == entry.action.npos)
        line += " " + entry.slot;
    line += ": " + entry.result;
    if (entry.times > 1) line += ", " + std::to_string(entry.times) + " times";
    return line;
}

} // namespace portald
