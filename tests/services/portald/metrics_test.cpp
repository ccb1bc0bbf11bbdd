#include "portald/metrics.hpp"

#include <gmock/gmock.h>

#include "sample.hpp"

namespace {

using contract::Json;
using contract::SlotState;
using testing::HasSubstr;
using testing::Not;

TEST(Metrics, AreWhatTheHeartbeatsSayOfEachSlot)
{
    auto known = sample::known({sample::slot_in(SlotState::idle)});
    known.bridge_counters = Json{{"ESP32-A", {{"rx_bytes", 18211U}, {"flaps", 2U}}}};
    known.log_counters = Json{{"ESP32-A", {{"boots", 3U}, {"crashes", 1U}, {"lost_bytes", 512U}}}};
    known.resyncs["bridged"] = 4;
    const auto text = portald::metrics_text(
        known, {.pages = 5, .followed_consoles = 6, .feed_queue_bytes = 7, .alerts_waiting = 8});
    EXPECT_THAT(text, HasSubstr("# HELP rfc2217_rx_bytes_total Bytes from the board.\n"
                                "# TYPE rfc2217_rx_bytes_total counter\n"
                                "rfc2217_rx_bytes_total{slot=\"ESP32-A\"} 18211\n"));
    for (const auto* line :
         {"rfc2217_flaps_total{slot=\"ESP32-A\"} 2\n", "rfc2217_boots_total{slot=\"ESP32-A\"} 3\n",
          "rfc2217_crashes_total{slot=\"ESP32-A\"} 1\n",
          "rfc2217_log_lost_bytes_total{slot=\"ESP32-A\"} 512\n",
          "rfc2217_running{slot=\"ESP32-A\"} 1\n", "rfc2217_client_connected{slot=\"ESP32-A\"} 0\n",
          "rfc2217_up{daemon=\"bridged\"} 1\n", "rfc2217_bus_resyncs_total{daemon=\"bridged\"} 4\n",
          "rfc2217_pages 5\n", "rfc2217_followed_consoles 6\n", "rfc2217_feed_queue_bytes 7\n",
          "rfc2217_alerts_waiting 8\n"})
        EXPECT_THAT(text, HasSubstr(line));
    EXPECT_THAT(text, Not(HasSubstr("rfc2217_tx_bytes_total{"))) << "nobody told";
}

TEST(Metrics, SurviveAHeartbeatOfAnotherShape)
{
    auto known = sample::known({sample::slot_in(SlotState::idle)});
    for (const auto& strange :
         {Json(7), Json::array(), Json{{"ESP32-A", "x"}}, Json{{"ESP32-A", {{"rx_bytes", -1}}}}}) {
        known.bridge_counters = strange;
        EXPECT_THAT(portald::metrics_text(known, {}), Not(HasSubstr("rx_bytes_total{")));
    }
}

TEST(Metrics, OfADeadBridgeAreNotRunning)
{
    auto known = sample::known({sample::slot_in(SlotState::idle)});
    known.up["bridged"] = false;
    const auto text = portald::metrics_text(known, {});
    EXPECT_THAT(text, HasSubstr("rfc2217_running{slot=\"ESP32-A\"} 0\n"));
    EXPECT_THAT(text, HasSubstr("rfc2217_up{daemon=\"bridged\"} 0\n"));
}

} // namespace
