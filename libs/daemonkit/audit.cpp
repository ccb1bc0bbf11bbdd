#include "daemonkit/audit.hpp"

#include <array>
#include <charconv>
#include <map>
#include <variant>

#include <pwd.h>

namespace daemonkit {

namespace {

constexpr std::size_t most_text = 200;

std::string look_up(std::string_view uid)
{
    ::uid_t id = 0;
    const auto [end, error] = std::from_chars(uid.data(), uid.data() + uid.size(), id);
    std::array<char, 1024> text{};
    passwd entry{};
    passwd* found = nullptr;
    if (error == std::errc{} && ::getpwuid_r(id, &entry, text.data(), text.size(), &found) == 0 &&
        found)
        return found->pw_name;
    return std::string{uid};
}

/// Asked once: a directory service may take its time, and a key that is typed is a request.
const std::string& user_name(const std::string& uid)
{
    constexpr std::size_t most = 64;
    static thread_local std::map<std::string, std::string> names;
    if (const auto known = names.find(uid); known != names.end()) return known->second;
    if (names.size() >= most) names.clear();
    return names[uid] = look_up(uid);
}

std::string caller(std::string_view peer)
{
    const auto colon = peer.find(':');
    if (colon == std::string_view::npos) return "somebody";
    return "user " + user_name(std::string{peer.substr(0, colon)}) + ", process " +
           std::string{peer.substr(colon + 1)};
}

} // namespace

std::string audit_member(const contract::Json& json, std::initializer_list<const char*> names)
{
    if (!json.is_object()) return {};
    for (const auto* name : names) {
        const auto found = json.find(name);
        if (found != json.end() && found->is_string())
            return found->get<std::string>().substr(0, most_text);
    }
    return {};
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

AuditEntry audit_entry(std::string_view peer, const contract::Request& request,
                       const contract::Result& result)
{
    AuditEntry entry;
    entry.peer = caller(peer);
    entry.holder = audit_member(request.args, {"owner"});
    entry.action = request.verb;
    entry.slot = audit_member(request.args, {"slot", "label", "slot_key", "devnode", "id_path"});
    const auto* error = std::get_if<contract::Error>(&result);
    entry.result = error ? std::string{contract::to_string(error->code)} + ": " +
                               error->message.substr(0, most_text)
                         : "ok";
    entry.is_keystroke = !error && request.verb == "serial.write";
    return entry;
}

} // namespace daemonkit
