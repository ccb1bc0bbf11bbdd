#include "portald/audit.hpp"

#include <string_view>

namespace portald {

namespace {

constexpr std::size_t most_text = 200;

std::string member(const std::string& text, std::initializer_list<const char*> names)
{
    if (text.empty() || text.size() > 4096) return {}; // none of those that name a slot is longer
    return daemonkit::audit_member(contract::Json::parse(text, nullptr, false), names);
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
                 const std::function<void(const daemonkit::AuditEntry&)>& tell)
{
    if (!changes_something(request)) return answer(std::move(request));
    daemonkit::AuditEntry entry;
    entry.peer = request.peer;
    entry.holder = request.holder;
    entry.action = request.method + " " + request.path.substr(0, most_text);
    entry.slot = slot_of(request);
    entry.result = "500 internal error";
    const bool is_write = request.path.ends_with("/write");
    try {
        auto response = answer(std::move(request));
        entry.result = result_of(response);
        entry.is_keystroke = is_write && response.status == 200;
        tell(entry);
        return response;
    } catch (...) {
        tell(entry);
        throw;
    }
}

} // namespace portald
