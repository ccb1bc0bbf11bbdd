#include "portald/live_messages.hpp"

#include <set>

#include "contract/utf8.hpp"

namespace portald {

using contract::Json;

namespace {

constexpr std::size_t most_line_bytes = 240;

std::string clipped(const std::string& text)
{
    const std::string shown{contract::first_characters(text, most_line_bytes)};
    return shown.size() < text.size() ? shown + "…" : shown;
}

std::string gone_message(const std::string& slot_key)
{
    return contract::to_text(Json{{"type", "gone"}, {"slot_key", slot_key}});
}

constexpr std::string_view about_slots = "slot/";

} // namespace

LiveMessages::Told LiveMessages::state(const Known& known, const std::string& host_ip) const
{
    Told told;
    for (const auto& daemon : daemons) {
        told.emplace_back("daemon/" + std::string(daemon.name),
                          contract::to_text(Json{{"type", "daemon"},
                                                 {"daemon", daemon.name},
                                                 {"unit", daemon.unit},
                                                 {"up", known.is_up(daemon.name)}}));
    }
    for (const auto& entry : entries(known, host_ip)) {
        told.emplace_back(std::string(about_slots) + entry.at("slot_key").get<std::string>(),
                          contract::to_text(Json{{"type", "slot"}, {"entry", entry}}));
    }
    return told;
}

std::vector<std::string> LiveMessages::all(const Known& known, const std::string& host_ip) const
{
    std::vector<std::string> messages{contract::to_text(Json{{"type", "begin"},
                                                             {"hostname", facts_.hostname},
                                                             {"host_ip", host_ip},
                                                             {"version", facts_.version}})};
    for (auto& [about, message] : state(known, host_ip)) messages.push_back(std::move(message));
    messages.push_back(R"({"type":"end"})");
    return messages;
}

std::vector<std::string> LiveMessages::changes(const Known& known, const std::string& host_ip)
{
    std::vector<std::string> messages;
    std::map<std::string, std::string> now;
    for (auto& [about, message] : state(known, host_ip)) {
        const auto before = told_.find(about);
        if (before == told_.end() || before->second != message) messages.push_back(message);
        now[about] = std::move(message);
    }
    for (const auto& [about, message] : told_) {
        if (about.starts_with(about_slots) && now.find(about) == now.end()) {
            messages.push_back(gone_message(about.substr(about_slots.size())));
        }
    }
    told_ = std::move(now);
    return messages;
}

std::string line_message(const std::string& slot, const contract::LogLine& line,
                         contract::Time time)
{
    return contract::to_text(Json{{"type", "line"},
                                  {"slot", slot},
                                  {"direction", line.direction},
                                  {"text", clipped(line.text)},
                                  {"time", contract::format_time(time)}});
}

std::string counters_message(const Json& counters)
{
    Json slots = Json::object();
    const auto each = counters.find("slots");
    if (each == counters.end() || !each->is_object()) return {};
    for (const auto& [slot, values] : each->items()) {
        if (!values.is_object()) continue;
        const contract::Fields fields(values, "heartbeat: " + slot);
        slots[slot] = {{"rx_bytes", fields.counter("rx_bytes", 0)},
                       {"tx_bytes", fields.counter("tx_bytes", 0)}};
    }
    return contract::to_text(Json{{"type", "counters"}, {"slots", std::move(slots)}});
}

} // namespace portald
