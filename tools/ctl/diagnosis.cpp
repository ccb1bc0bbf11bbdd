#include "ctl/diagnosis.hpp"

#include <algorithm>

#include "commandkit/device_text.hpp"
#include "daemonkit/escape.hpp"

namespace ctl {
namespace {

using contract::SlotState;
using daemonkit::escape_control_bytes;
using Kind = Finding::Kind;
using Findings = std::vector<Finding>;

/// How to be rid of it: a service that is merely killed comes back.
std::string way_to_end(const Process& process)
{
    if (process.program == "ModemManager" || process.program == "brltty")
        return "sudo systemctl disable --now " + process.program;
    if (process.unit.find("getty@") != std::string::npos)
        return "sudo systemctl disable --now " + process.unit;
    if (!process.unit.empty()) return "sudo systemctl stop " + process.unit;
    return "end it there, or: sudo kill " + std::to_string(process.pid);
}

bool has_bridged(const std::vector<Process>& processes, const Facts& facts)
{
    return std::ranges::any_of(processes, [&](const auto& one) { return is_bridged(one, facts); });
}

void judge_daemons(const Facts& facts, Findings& findings)
{
    for (const auto& [daemon, reason] : facts.silent)
        findings.push_back({Kind::problem, escape_control_bytes(reason), ""});
}

void judge_slots_file(const Facts& facts, Findings& findings)
{
    if (!facts.slots_fault.empty())
        findings.push_back({Kind::problem, escape_control_bytes(facts.slots_fault),
                            "correct it: until then bridged goes on with what it read before, and "
                            "a restart would fail"});
}

/// As it should be, and yet why somebody else does not get in.
void judge_users(const contract::Slot& slot, Findings& findings)
{
    const auto id = slot.slot;
    if (slot.claim)
        findings.push_back({Kind::note,
                            "claimed by " + escape_control_bytes(slot.claim->owner) + " until " +
                                contract::format_time(slot.claim->until) +
                                ": nobody else may write",
                            "ask them; or, by force: rfc2217ctl start " + id +
                                " after rfc2217ctl stop --force " + id});
    if (slot.client)
        findings.push_back({Kind::note,
                            "in use by " + escape_control_bytes(slot.client->address) +
                                ": a second client is refused",
                            "close it there; or: rfc2217ctl kick " + id});
}

void judge_holders(const Facts& facts, Findings& findings)
{
    const bool shared = has_bridged(facts.holders, facts);
    for (const auto& process : facts.holders) {
        if (is_bridged(process, facts)) continue;
        findings.push_back(
            {Kind::problem,
             name_of(process) + " has " + escape_control_bytes(facts.devnode) + " open" +
                 (shared ? " beside bridged, and takes some of what the board says" : ""),
             way_to_end(process)});
    }
}

void judge_listeners(const Facts& facts, Findings& findings)
{
    const auto port = "TCP port " + std::to_string(facts.tcp_port);
    for (const auto& process : facts.listeners)
        if (!is_bridged(process, facts))
            findings.push_back({Kind::problem, name_of(process) + " listens on " + port,
                                way_to_end(process) + "; or give the slot another port"});
    const bool is_ours = facts.slot && facts.slot->running();
    if (facts.is_listened_on && facts.listeners.empty() && !is_ours)
        findings.push_back({Kind::problem,
                            "somebody who cannot be seen from here listens on " + port,
                            "sudo rfc2217ctl doctor " + facts.id});
}

void judge_device(const Facts& facts, Findings& findings)
{
    if (facts.device && !facts.is_there)
        findings.push_back(
            {Kind::problem,
             escape_control_bytes(facts.devnode) + " is not there, though a device was found",
             "udevadm settle; sudo systemctl reload rfc2217-hotplug"});
    if (facts.slot && facts.device && !facts.slot->device)
        findings.push_back({Kind::problem,
                            "hotplugd sees " + commandkit::device_text(*facts.device) + " at " +
                                escape_control_bytes(facts.devnode) + ", bridged does not",
                            "look again; if it stays so: sudo systemctl restart rfc2217-bridge"});
    if (facts.device || !facts.slot) return;
    for (const auto& process : facts.braille)
        findings.push_back({Kind::problem,
                            name_of(process) + " takes boards with a CH340, CP210x or FTDI chip "
                                               "for braille displays: their tty is gone then",
                            way_to_end(process)});
}

/// An error that nothing found so far explains.
Finding unexplained(const Facts& facts)
{
    const auto reason = escape_control_bytes(facts.slot->reason);
    if (!facts.sees_all) return {Kind::problem, reason, "sudo rfc2217ctl doctor " + facts.id};
    if (facts.slot->reason.find("Permission denied") != std::string::npos)
        return {Kind::problem, reason,
                "ls -l " + escape_control_bytes(facts.devnode) +
                    " should say root dialout, and: id rfc2217-bridge that it is in dialout"};
    return {Kind::problem, reason,
            "it is tried again; if it stays so: journalctl -u rfc2217-bridge -n 50"};
}

void judge_state(const Facts& facts, Findings& findings)
{
    switch (facts.slot->state) {
    case SlotState::error:
        if (findings.empty()) findings.push_back(unexplained(facts));
        break;
    case SlotState::flapping:
        findings.push_back({Kind::problem, escape_control_bytes(facts.slot->reason),
                            "another cable, another connector or a hub with a power supply; a "
                            "board with native USB may be restarting in a loop"});
        break;
    case SlotState::empty:
        if (!facts.device)
            findings.push_back({Kind::note, "nothing is plugged in there",
                                "if something is: rfc2217-learn-slots shows where"});
        break;
    case SlotState::stopped:
        findings.push_back({Kind::note, "stopped by hand", "rfc2217ctl start " + facts.id});
        break;
    case SlotState::away:
        findings.push_back(
            {Kind::note, "the board has just gone; its client is kept for a moment", ""});
        break;
    case SlotState::opening:
    case SlotState::idle:
    case SlotState::in_use:
        break;
    }
}

} // namespace

std::vector<Finding> diagnose(const Facts& facts)
{
    Findings findings;
    judge_daemons(facts, findings);
    judge_holders(facts, findings);
    judge_listeners(facts, findings);
    judge_device(facts, findings);
    judge_slots_file(facts, findings);
    if (facts.slot) judge_state(facts, findings);
    if (facts.slot) judge_users(*facts.slot, findings);
    if (findings.empty()) findings.push_back({Kind::fine, "nothing is wrong", ""});
    if (!facts.sees_all)
        findings.push_back({Kind::note, "not every process could be looked into",
                            "sudo rfc2217ctl doctor " + facts.id});
    return findings;
}

bool is_bridged(const Process& process, const Facts& facts)
{
    if (facts.slot) return process.pid == static_cast<pid_t>(facts.slot->pid);
    return process.program == "bridged";
}

std::string name_of(const Process& process)
{
    return process.program + " (pid " + std::to_string(process.pid) + ", user " + process.user +
           ")";
}

} // namespace ctl
