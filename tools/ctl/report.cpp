#include "ctl/report.hpp"

#include "commandkit/device_text.hpp"
#include "daemonkit/escape.hpp"

namespace ctl {
namespace {

using contract::Json;
using daemonkit::escape_control_bytes;

void line(std::string& text, const char* what, const std::string& value)
{
    if (value.empty()) return;
    text += "  " + std::string(what) + std::string(12 - std::string_view(what).size(), ' ') +
            value + "\n";
}

void lines_of_slot(std::string& text, const contract::Slot& slot)
{
    line(text, "reason", escape_control_bytes(slot.reason));
    if (slot.next_try) line(text, "next try", contract::format_time(*slot.next_try));
    if (slot.client) line(text, "client", escape_control_bytes(slot.client->address));
    if (slot.claim) line(text, "claimed by", escape_control_bytes(slot.claim->owner));
}

void lines_of(std::string& text, const char* what, const std::vector<Process>& processes,
              const Facts& facts)
{
    for (const auto& process : processes)
        line(text, what,
             name_of(process) +
                 (is_bridged(process, facts) ? ", as it should be" : ": " + process.command));
}

std::string_view name_of_kind(Finding::Kind kind)
{
    switch (kind) {
    case Finding::Kind::fine:
        return "fine";
    case Finding::Kind::note:
        return "note";
    case Finding::Kind::problem:
        break;
    }
    return "problem";
}

std::string state_of(const Facts& facts)
{
    return facts.slot ? std::string(contract::to_string(facts.slot->state)) : "unknown";
}

Json as_json(const std::vector<Process>& processes, const Facts& facts)
{
    Json list = Json::array();
    for (const auto& process : processes)
        list.push_back(Json{{"pid", process.pid},
                            {"program", process.program},
                            {"user", process.user},
                            {"command", process.command},
                            {"unit", process.unit},
                            {"is_bridged", is_bridged(process, facts)}});
    return list;
}

} // namespace

std::string report(const Facts& facts, const std::vector<Finding>& findings,
                   const commandkit::Style& style)
{
    std::string text =
        style.strong(escape_control_bytes(facts.label)) + ": " + state_of(facts) + "\n";
    if (facts.slot) lines_of_slot(text, *facts.slot);
    line(text, "connector", escape_control_bytes(facts.slot_key));
    if (facts.device) line(text, "device", commandkit::device_text(*facts.device));
    line(text, "devnode",
         escape_control_bytes(facts.devnode) +
             (facts.devnode.empty() || facts.is_there ? "" : " (is not there)"));
    line(text, "port", std::to_string(facts.tcp_port));
    lines_of(text, "open by", facts.holders, facts);
    lines_of(text, "listening", facts.listeners, facts);
    for (const auto& finding : findings) {
        std::string kind{name_of_kind(finding.kind)};
        if (finding.kind == Finding::Kind::problem) kind = style.bad(kind);
        if (finding.kind == Finding::Kind::fine) kind = style.good(kind);
        text += "\n" + kind + ": " + finding.text + "\n";
        if (!finding.step.empty()) text += "  next: " + finding.step + "\n";
    }
    return text;
}

Json as_json(const Facts& facts, const std::vector<Finding>& findings)
{
    Json json{{"slot", facts.id},
              {"label", facts.label},
              {"slot_key", facts.slot_key},
              {"tcp_port", facts.tcp_port},
              {"state", state_of(facts)},
              {"reason", facts.slot ? facts.slot->reason : ""},
              {"device", nullptr},
              {"devnode", facts.devnode},
              {"silent", facts.silent},
              {"holders", as_json(facts.holders, facts)},
              {"listeners", as_json(facts.listeners, facts)},
              {"complete", facts.sees_all},
              {"findings", Json::array()}};
    if (facts.device) json["device"] = *facts.device;
    for (const auto& finding : findings)
        json["findings"].push_back(Json{
            {"kind", name_of_kind(finding.kind)}, {"text", finding.text}, {"step", finding.step}});
    return json;
}

} // namespace ctl
