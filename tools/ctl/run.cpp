#include <chrono>
#include <fstream>
#include <iostream>
#include <memory>
#include <optional>
#include <thread>

#include "commandkit/asking.hpp"
#include "contract/names.hpp"
#include "contract/time.hpp"
#include "ctl/child.hpp"
#include "ctl/claim.hpp"
#include "ctl/commands.hpp"
#include "ctl/table.hpp"
#include "ctl/who.hpp"

namespace ctl {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds pause{100};
constexpr std::chrono::seconds longest_lag{5};      // of a log behind its board
constexpr std::chrono::seconds longest_absence{15}; // of who has the log

struct Wanted {
    Who who;
    double timeout_s = 60;
    std::string log_file;
    std::vector<std::string> words;
};

/// Waits until the slot can be used, and claims it for programs of this machine.
std::unique_ptr<Claim> wait_for(Session& session, const Wanted& wanted, Json& slot)
{
    auto args = wanted.who.args();
    args["address"] = session.common().host.empty() ? "127.0.0.1" : "self";
    const auto deadline = Clock::now() + std::chrono::duration_cast<Clock::duration>(
                                             std::chrono::duration<double>(wanted.timeout_s));
    for (std::string reason = wanted.who.slot + " is not running";;) {
        try {
            slot = slot_named(session.backend(), wanted.who.slot);
            if (slot.value("running", false)) {
                // A claim would find no fault with a client of this machine: it is for its address.
                const auto holder = holder_of(slot);
                if (wanted.who.force || holder.empty())
                    return std::make_unique<Claim>(session.backend(), wanted.who.slot, args);
                reason = wanted.who.slot + " is in use by " + holder;
            }
        } catch (const commandkit::Refused& refused) {
            if (refused.code() != contract::ErrorCode::busy) throw;
            reason = refused.what();
        }
        if (Clock::now() >= deadline) throw std::runtime_error(reason + "; waited in vain");
        std::this_thread::sleep_for(pause);
    }
}

std::map<std::string, std::string> environment(const Session& session, const Json& slot)
{
    const auto port = slot.value("tcp_port", Json{}).dump();
    const auto host = slots_host(session.common());
    const auto url = "rfc2217://" + host + ":" + port;
    return {{"ESPPORT", url},       {"MONITOR_PORT", url},
            {"UPLOAD_PORT", url},   {"PLATFORMIO_UPLOAD_PORT", url},
            {"RFC2217_URL", url},   {"RFC2217_SLOT", text_of(slot, "slot")},
            {"RFC2217_HOST", host}, {"RFC2217_PORT", port}};
}

/// A log is worth a wait: a logger that begins again, or waits for its disk, answers soon.
template<typename Call>
auto patiently(Clock::time_point deadline, Call call)
{
    for (bool told = false;; told = true) {
        try {
            return call();
        } catch (const commandkit::Unreachable& fault) {
            if (Clock::now() >= deadline) throw;
            if (!told) std::cerr << "rfc2217ctl: waiting for the log: " << fault.what() << "\n";
        }
        std::this_thread::sleep_for(pause);
    }
}

/// What was logged since; waits until the log has what the board said.
void keep_log(Backend& backend, const Wanted& wanted, contract::Time begin)
{
    const auto back = Clock::now() + longest_absence;
    const auto is_logged = [&] { return backend.is_logged(wanted.who.slot); };
    bool logged = patiently(back, is_logged);
    const auto caught_up = Clock::now() + longest_lag;
    while (!logged && Clock::now() < caught_up) {
        std::this_thread::sleep_for(pause);
        logged = patiently(back, is_logged);
    }
    std::ofstream file{wanted.log_file, std::ios::binary};
    LogWish wish;
    wish.slot = wanted.who.slot;
    wish.from = contract::format_time(begin);
    for (bool more = true; more;) {
        const auto page = patiently(back, [&] { return backend.log(wish); });
        file << page.text;
        wish.cursor = page.cursor;
        more = page.more;
    }
    if (!file.flush()) throw std::runtime_error("write " + wanted.log_file + ": it failed");
}

int run(Session& session, Wanted wanted)
{
    Json slot;
    const auto claim = wait_for(session, wanted, slot);
    const auto begin = contract::wall_now();
    if (wanted.log_file.empty()) wanted.log_file = "rfc2217-" + text_of(slot, "slot") + ".log";
    const int code = run_child(wanted.words, environment(session, slot), [&claim] {
        try {
            claim->renew();
        } catch (const std::exception&) {
            // bridged is away for a moment, or somebody else took it by force; the program sees it.
        }
    });
    try {
        keep_log(session.backend(), wanted, begin);
        std::cerr << "rfc2217ctl: what the board said is in " << wanted.log_file << "\n";
    } catch (const std::exception& error) {
        std::cerr << "rfc2217ctl: no log of the run: " << error.what() << "\n";
    }
    return code;
}

} // namespace

void add_run(CLI::App& app, Command& chosen)
{
    auto* command =
        app.add_subcommand("run", "Runs a program with a slot of its own, and keeps the log");
    const auto wanted = std::make_shared<Wanted>();
    add_slot(*command, wanted->who);
    command->add_option("CMD", wanted->words, "The program and its arguments, behind --")
        ->required();
    command->add_option("--timeout", wanted->timeout_s, "Seconds to wait for the slot")
        ->check(CLI::Range(0.0, 86400.0))
        ->capture_default_str();
    command->add_option("--log", wanted->log_file,
                        "Where the log of the run goes; rfc2217-<slot>.log");
    command->add_flag("--force", wanted->who.force, "Send away whoever has the slot");
    command->footer(
        "Sets ESPPORT, MONITOR_PORT, UPLOAD_PORT, PLATFORMIO_UPLOAD_PORT and RFC2217_URL to the "
        "slot's rfc2217:// URL, and RFC2217_SLOT, RFC2217_HOST, RFC2217_PORT. The exit code is "
        "that of CMD.\nExample: rfc2217ctl run ESP32-A -- idf.py flash");
    command->callback([&chosen, wanted] {
        chosen = [wanted](Session& session) { return run(session, *wanted); };
    });
}

} // namespace ctl
