#include "portald/live_messages.hpp"

#include <gmock/gmock.h>

#include "sample.hpp"

namespace {

using contract::Json;
using contract::SlotState;

class Live : public testing::Test {
protected:
    static std::vector<std::string> types(const std::vector<std::string>& messages)
    {
        std::vector<std::string> all;
        for (const auto& message : messages) all.push_back(Json::parse(message).at("type"));
        return all;
    }

    portald::Known known_ = sample::known({sample::slot_in(SlotState::idle)});
    portald::LiveMessages live_{{"bench-pi", "rfc2217 0.1.0"}};
};

TEST_F(Live, ANewcomerHearsEverythingBetweenBeginAndEnd)
{
    const auto messages = live_.all(known_, "192.168.1.5");

    EXPECT_THAT(types(messages), testing::ElementsAre("begin", "daemon", "daemon", "daemon",
                                                      "daemon", "slot", "end"));
    EXPECT_EQ(messages.front(), R"({"type":"begin","hostname":"bench-pi",)"
                                R"("host_ip":"192.168.1.5","version":"rfc2217 0.1.0"})");
    EXPECT_EQ(messages[2],
              R"({"type":"daemon","daemon":"bridged","unit":"rfc2217-bridge","up":true})");
    EXPECT_EQ(Json::parse(messages[5]).at("entry").at("label"), "ESP32 A");
}

TEST_F(Live, OnlyWhatIsDifferentIsSaidAgain)
{
    live_.changes(known_, "192.168.1.5");
    EXPECT_TRUE(live_.changes(known_, "192.168.1.5").empty());

    known_.slots[0].state = SlotState::in_use;
    const auto messages = live_.changes(known_, "192.168.1.5");
    ASSERT_THAT(types(messages), testing::ElementsAre("slot"));
    EXPECT_EQ(Json::parse(messages[0]).at("entry").at("state"), "in_use");
}

TEST_F(Live, ASlotThatIsNoMoreIsGone)
{
    live_.changes(known_, "192.168.1.5");
    known_.slots.clear();
    EXPECT_THAT(live_.changes(known_, "192.168.1.5"),
                testing::ElementsAre(R"({"type":"gone","slot_key":"usb-0:1.1:1.0"})"));
}

TEST_F(Live, ADaemonThatDiesIsTold)
{
    live_.changes(known_, "192.168.1.5");
    known_.up["loggerd"] = false;
    EXPECT_THAT(live_.changes(known_, "192.168.1.5"),
                testing::ElementsAre(
                    R"({"type":"daemon","daemon":"loggerd","unit":"rfc2217-logger","up":false})"));
}

TEST_F(Live, ALongLineIsCutBetweenCharacters)
{
    std::string text = "a";
    while (text.size() < 400) text += "é";
    const auto message =
        portald::line_message("ESP32-A", {"RX", text, 1, "epoch"}, contract::Time{});

    const auto shown = Json::parse(message).at("text").get<std::string>();
    EXPECT_LE(shown.size(), 244u);
    EXPECT_THAT(shown, testing::EndsWith("é…"));
}

TEST_F(Live, CountersArePassedOnChecked)
{
    EXPECT_EQ(portald::counters_message(Json::parse(
                  R"({"slots":{"A":{"rx_bytes":5,"tx_bytes":6,"opens":1},"B":{}, "C":7}})")),
              R"({"type":"counters","slots":{"A":{"rx_bytes":5,"tx_bytes":6},)"
              R"("B":{"rx_bytes":0,"tx_bytes":0}}})");
    EXPECT_EQ(portald::counters_message(Json::object()), "");
    EXPECT_THROW(portald::counters_message(Json::parse(R"({"slots":{"A":{"rx_bytes":-1}}})")),
                 contract::BadMessage);
}

} // namespace
