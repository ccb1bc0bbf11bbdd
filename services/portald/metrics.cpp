#include "portald/metrics.hpp"

#include <array>
#include <string_view>
#include <utility>
#include <vector>

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

namespace portald {

namespace {

using contract::Json;

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

using Families = std::vector<MetricFamily>;

MetricFamily& begin(Families& families, std::string_view name, MetricType type,
                    std::string_view help)
{
    return families.emplace_back(MetricFamily{std::string(name), std::string(help), type, {}});
}

void add(MetricFamily& family, std::vector<ClientMetric::Label> labels, std::uint64_t number)
{
    ClientMetric metric;
    metric.label = std::move(labels);
    const auto value = static_cast<double>(number);
    if (family.type == MetricType::Counter)
        metric.counter.value = value;
    else
        metric.gauge.value = value;
    family.metric.push_back(std::move(metric));
}

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
void add_counter(Families& families, const Known& known, const Json& counters,
                 const Counter& counter)
{
    auto& family = begin(families, counter.name, MetricType::Counter, counter.help);
    if (!counters.is_object()) return;
    for (const auto& slot : known.slots) {
        const auto values = counters.find(slot.slot);
        if (values == counters.end() || !values->is_object()) continue;
        const auto value = values->find(counter.key);
        if (value != values->end() && value->is_number_unsigned())
            add(family, {{"slot", slot.slot}}, value->get<std::uint64_t>());
    }
}

void add_states(Families& families, const Known& known)
{
    const bool bridge_is_up = known.is_up("bridged");
    const auto each = [&](std::string_view name, std::string_view help, auto value) {
        auto& family = begin(families, name, MetricType::Gauge, help);
        for (const auto& slot : known.slots)
            add(family, {{"slot", slot.slot}}, bridge_is_up ? std::uint64_t{value(slot)} : 0);
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

void add_daemons(Families& families, const Known& known)
{
    auto& up =
        begin(families, "rfc2217_up", MetricType::Gauge, "Whether the daemon was heard lately.");
    for (const auto& daemon : daemons)
        add(up, {{"daemon", std::string(daemon.name)}}, known.is_up(daemon.name));
    auto& gaps = begin(families, "rfc2217_bus_resyncs_total", MetricType::Counter,
                       "Snapshots of a daemon's state: its starts, and gaps in its events.");
    for (const auto& [daemon, count] : known.resyncs) add(gaps, {{"daemon", daemon}}, count);
}

void add_portal(Families& families, const PortalNumbers& numbers)
{
    const auto gauge = [&](std::string_view name, std::string_view help, std::uint64_t value) {
        add(begin(families, name, MetricType::Gauge, help), {}, value);
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
    Families families;
    for (const auto& counter : bridge_counters)
        add_counter(families, known, known.bridge_counters, counter);
    for (const auto& counter : log_counters)
        add_counter(families, known, known.log_counters, counter);
    add_states(families, known);
    add_daemons(families, known);
    add_portal(families, numbers);
    return prometheus::TextSerializer().Serialize(families);
}

} // namespace portald
