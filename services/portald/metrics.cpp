#include "portald/metrics.hpp"

#include <array>
#include <functional>
#include <string_view>
#include <utility>
#include <vector>

namespace portald {

namespace {

using contract::Json;

/// One family: its head, and a line for each value.
class Family {
public:
    Family(std::string& text, std::string_view name, std::string_view type, std::string_view help)
        : text_(text), name_(name)
    {
        text_ += "# HELP " + name_ + " " + std::string(help) + "\n# TYPE " + name_ + " " +
                 std::string(type) + "\n";
    }
    void add(std::string_view label, std::string_view value, std::uint64_t number)
    {
        text_ += name_ + "{" + std::string(label) + "=\"" + escaped(value) + "\"} " +
                 std::to_string(number) + "\n";
    }
    void add(std::uint64_t number) { text_ += name_ + " " + std::to_string(number) + "\n"; }

private:
    static std::string escaped(std::string_view value)
    {
        std::string text;
        for (const char c : value) {
            if (c == '\n') {
                text += "\\n";
                continue;
            }
            if (c == '"' || c == '\\') text += '\\';
            text += c;
        }
        return text;
    }

    std::string& text_;
    std::string name_;
};

struct Counter {
    std::string_view key; ///< of a heartbeat's counters
    std::string_view name;
    std::string_view help;
};
constexpr std::array bridge_counters{
    Counter{"rx_bytes", "rfc2217_rx_bytes_total", "Bytes from the board."},
    Counter{"tx_bytes", "rfc2217_tx_bytes_total", "Bytes to the board."},
    Counter{"clients", "rfc2217_clients_total", "Clients that have connected."},
    Counter{"opens", "rfc2217_opens_total", "Times the tty was opened."},
    Counter{"drops", "rfc2217_dropped_bytes_total", "Bytes not sent to clients that did not read."},
    Counter{"flaps", "rfc2217_flaps_total", "Times the slot was given a pause."},
};
constexpr std::array log_counters{
    Counter{"boots", "rfc2217_boots_total", "Boots of the board."},
    Counter{"crashes", "rfc2217_crashes_total", "Crashes of the board."},
    Counter{"lines", "rfc2217_log_lines_total", "Lines in the log."},
    Counter{"lost_bytes", "rfc2217_log_lost_bytes_total", "Bytes that the log does not have."},
};

/// A heartbeat is from outside: what is no number is not there.
void write_counter(std::string& text, const Known& known, const Json& counters,
                   const Counter& counter)
{
    Family family(text, counter.name, "counter", counter.help);
    if (!counters.is_object()) return;
    for (const auto& slot : known.slots) {
        const auto values = counters.find(slot.slot);
        if (values == counters.end() || !values->is_object()) continue;
        const auto value = values->find(counter.key);
        if (value != values->end() && value->is_number_unsigned())
            family.add("slot", slot.slot, value->get<std::uint64_t>());
    }
}

void write_states(std::string& text, const Known& known)
{
    const bool bridge_is_up = known.is_up("bridged");
    const auto each = [&](std::string_view name, std::string_view help, auto value) {
        Family family(text, name, "gauge", help);
        for (const auto& slot : known.slots)
            family.add("slot", slot.slot, bridge_is_up ? std::uint64_t{value(slot)} : 0);
    };
    each("rfc2217_running", "Whether the port can be used.",
         [](const contract::Slot& slot) -> std::uint64_t { return slot.running(); });
    each("rfc2217_present", "Whether a board is plugged in.",
         [](const contract::Slot& slot) -> std::uint64_t { return slot.present(); });
    each("rfc2217_client_connected", "Whether a client has the port.",
         [](const contract::Slot& slot) -> std::uint64_t { return slot.client.has_value(); });
    each("rfc2217_observers", "Clients that look on.",
         [](const contract::Slot& slot) -> std::uint64_t { return slot.observers; });
}

void write_daemons(std::string& text, const Known& known)
{
    Family up(text, "rfc2217_up", "gauge", "Whether the daemon was heard lately.");
    for (const auto& daemon : daemons) up.add("daemon", daemon.name, known.is_up(daemon.name));
    Family gaps(text, "rfc2217_bus_resyncs_total", "counter",
                "Snapshots of a daemon's state: its starts, and gaps in its events.");
    for (const auto& [daemon, count] : known.resyncs) gaps.add("daemon", daemon, count);
}

void write_portal(std::string& text, const PortalNumbers& numbers)
{
    const auto gauge = [&](std::string_view name, std::string_view help, std::uint64_t value) {
        Family(text, name, "gauge", help).add(value);
    };
    gauge("rfc2217_pages", "Pages and event streams that are open.", numbers.pages);
    gauge("rfc2217_followed_consoles", "Consoles that they follow.", numbers.followed_consoles);
    gauge("rfc2217_feed_queue_bytes", "Bytes that pages have not been sent yet.",
          numbers.feed_queue_bytes);
    gauge("rfc2217_alerts_waiting", "Alerts that are still to be delivered.",
          numbers.alerts_waiting);
}

} // namespace

std::string metrics_text(const Known& known, const PortalNumbers& numbers)
{
    std::string text;
    for (const auto& counter : bridge_counters)
        write_counter(text, known, known.bridge_counters, counter);
    for (const auto& counter : log_counters)
        write_counter(text, known, known.log_counters, counter);
    write_states(text, known);
    write_daemons(text, known);
    write_portal(text, numbers);
    return text;
}

} // namespace portald
