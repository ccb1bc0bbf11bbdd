#include "ctl/diagnosis.hpp"

#include <algorithm>

#include <gmock/gmock.h>

#include "ctl/report.hpp"
#include "tools/things.hpp"

namespace ctl {
namespace {

using contract::SlotState;
using testing::HasSubstr;
using Kind = Finding::Kind;

const Process bridged{812, "bridged", "rfc2217-bridge", "/usr/libexec/rfc2217/bridged",
                      "rfc2217-bridge.service"};
const Process minicom{4711, "minicom", "pi", "minicom -D /dev/ttyUSB0", ""};

/// A slot with a board that bridged serves.
Facts well()
{
    Facts facts;
    facts.label = "ESP32 A";
    facts.id = "ESP32-A";
    facts.slot_key = "k0";
    facts.tcp_port = 4001;
    facts.slot = tools_test::slot("ESP32 A", "k0", 4001);
    facts.slot->state = SlotState::idle;
    facts.device = facts.slot->device = tools_test::device("/dev/ttyUSB0", "k0");
    facts.devnode = "/dev/ttyUSB0";
    facts.is_there = facts.is_listened_on = facts.sees_all = true;
    facts.holders = facts.listeners = {bridged};
    return facts;
}

/// bridged could not open it.
Facts in_error(const std::string& reason)
{
    auto facts = well();
    facts.slot->state = SlotState::error;
    facts.slot->reason = reason;
    facts.holders = facts.listeners = {};
    facts.is_listened_on = false;
    return facts;
}

Facts empty()
{
    auto facts = well();
    facts.slot->state = SlotState::empty;
    facts.device = facts.slot->device = {};
    facts.devnode = "";
    facts.is_there = facts.is_listened_on = false;
    facts.holders = facts.listeners = {};
    return facts;
}

Finding only(const Facts& facts)
{
    const auto findings = diagnose(facts);
    EXPECT_EQ(findings.size(), 1U) << findings.at(0).text;
    return findings.at(0);
}

TEST(Diagnosis, BridgedItselfAtTtyAndPortIsAsItShouldBe)
{
    EXPECT_EQ(only(well()).kind, Kind::fine);
}

TEST(Diagnosis, NamesWhoHasTheTty)
{
    auto facts = in_error("open /dev/ttyUSB0: held by another process");
    facts.holders = {minicom};
    const auto finding = only(facts);
    EXPECT_EQ(finding.kind, Kind::problem);
    EXPECT_EQ(finding.text, "minicom (pid 4711, user pi) has /dev/ttyUSB0 open");
    EXPECT_THAT(finding.step, HasSubstr("sudo kill 4711"));
}

TEST(Diagnosis, SomebodyBesideBridgedTakesWhatTheBoardSays)
{
    auto facts = well();
    facts.holders = {minicom, bridged};
    EXPECT_THAT(only(facts).text, HasSubstr("beside bridged"));
}

TEST(Diagnosis, AnotherBridgedIsNotTheOneThatServesTheSlot)
{
    auto facts = well();
    auto other = bridged;
    other.pid = 5000;
    facts.holders = {other};
    EXPECT_EQ(only(facts).kind, Kind::problem);
}

TEST(Diagnosis, AServiceIsStoppedAndNotKilled)
{
    auto facts = in_error("held");
    const auto step_for = [&](const std::string& program, const std::string& unit) {
        facts.holders = {{99, program, "root", program, unit}};
        return only(facts).step;
    };
    EXPECT_EQ(step_for("ModemManager", "ModemManager.service"),
              "sudo systemctl disable --now ModemManager");
    EXPECT_EQ(step_for("brltty", ""), "sudo systemctl disable --now brltty");
    EXPECT_EQ(step_for("agetty", "serial-getty@ttyUSB0.service"),
              "sudo systemctl disable --now serial-getty@ttyUSB0.service");
    EXPECT_EQ(step_for("gpsd", "gpsd.service"), "sudo systemctl stop gpsd.service");
}

TEST(Diagnosis, NamesWhoHasThePort)
{
    auto facts = in_error("listen on port 4001: Address already in use");
    facts.listeners = {minicom};
    facts.is_listened_on = true;
    const auto finding = only(facts);
    EXPECT_EQ(finding.text, "minicom (pid 4711, user pi) listens on TCP port 4001");
    EXPECT_THAT(finding.step, HasSubstr("another port"));
}

TEST(Diagnosis, AListenerThatCannotBeSeenIsSaid)
{
    auto facts = in_error("listen on port 4001: Address already in use");
    facts.is_listened_on = true;
    facts.sees_all = false;
    const auto findings = diagnose(facts);
    EXPECT_THAT(findings.at(0).text, HasSubstr("somebody who cannot be seen"));
    EXPECT_EQ(findings.at(0).step, "sudo rfc2217ctl doctor ESP32-A");
    facts = well();
    facts.listeners = {}; // bridged's, as another user sees it
    EXPECT_EQ(only(facts).kind, Kind::fine);
}

TEST(Diagnosis, AnErrorThatNothingExplainsIsSaidWithItsReason)
{
    EXPECT_EQ(only(in_error("open /dev/ttyUSB0: Input/output error")).text,
              "open /dev/ttyUSB0: Input/output error");
    EXPECT_THAT(only(in_error("open /dev/ttyUSB0: Permission denied")).step, HasSubstr("dialout"));
}

TEST(Diagnosis, WithoutRootItSaysThatItMayNotSeeAll)
{
    auto facts = well();
    facts.sees_all = false;
    const auto findings = diagnose(facts);
    EXPECT_EQ(findings.at(0).kind, Kind::fine);
    EXPECT_EQ(findings.at(1).kind, Kind::note);
    EXPECT_EQ(findings.at(1).step, "sudo rfc2217ctl doctor ESP32-A");
}

TEST(Diagnosis, AnEmptySlotIsNoProblemUnlessBrlttyMayHaveTakenTheBoard)
{
    EXPECT_EQ(only(empty()).kind, Kind::note);
    auto facts = empty();
    facts.braille = {{77, "brltty", "root", "brltty", "brltty.service"}};
    EXPECT_EQ(diagnose(facts).at(0).kind, Kind::problem);
    EXPECT_EQ(diagnose(facts).at(0).step, "sudo systemctl disable --now brltty");
    auto served = well();
    served.braille = facts.braille;
    EXPECT_EQ(only(served).kind, Kind::fine);
}

TEST(Diagnosis, ADeviceThatOnlyHotplugdSeesIsSaid)
{
    auto facts = empty();
    facts.device = tools_test::device("/dev/ttyUSB0", "k0");
    facts.devnode = "/dev/ttyUSB0";
    facts.is_there = true;
    EXPECT_THAT(only(facts).text, HasSubstr("bridged does not"));
}

TEST(Diagnosis, ATtyThatIsNotThereIsSaid)
{
    auto facts = well();
    facts.is_there = false;
    facts.holders = {};
    EXPECT_THAT(only(facts).text, HasSubstr("/dev/ttyUSB0 is not there"));
}

TEST(Diagnosis, FlappingIsAProblemAndStoppedByHandIsNone)
{
    auto facts = well();
    facts.slot->state = SlotState::flapping;
    facts.slot->reason = "6 short-lived connections in 30 s";
    EXPECT_EQ(only(facts).kind, Kind::problem);
    facts.slot->state = SlotState::stopped;
    EXPECT_EQ(only(facts).kind, Kind::note);
}

TEST(Diagnosis, WithoutBridgedItGoesByName)
{
    auto facts = well();
    facts.slot = {};
    facts.silent["bridged"] = "bridged does not answer";
    facts.holders = {bridged, minicom};
    const auto findings = diagnose(facts);
    ASSERT_EQ(findings.size(), 2U);
    EXPECT_EQ(findings[0].text, "bridged does not answer");
    EXPECT_THAT(findings[1].text, HasSubstr("minicom"));
}

TEST(Report, HasWhatAPersonNeeds)
{
    auto facts = in_error("open /dev/ttyUSB0: held by another process");
    facts.holders = {minicom};
    const auto text = report(facts, diagnose(facts), commandkit::Style{false});
    for (const char* part :
         {"ESP32 A: error\n", "held by another process", "CP2102 (10c4:ea60), serial 0001",
          "/dev/ttyUSB0", "4001", "minicom (pid 4711, user pi): minicom -D /dev/ttyUSB0",
          "problem: minicom", "  next: "})
        EXPECT_THAT(text, HasSubstr(part));
}

TEST(Report, JsonSaysTheSame)
{
    auto facts = well();
    facts.holders = {bridged, minicom};
    const auto json = as_json(facts, diagnose(facts));
    EXPECT_EQ(json["slot"], "ESP32-A");
    EXPECT_EQ(json["state"], "idle");
    EXPECT_EQ(json["holders"][0]["is_bridged"], true);
    EXPECT_EQ(json["holders"][1]["pid"], 4711);
    EXPECT_EQ(json["findings"][0]["kind"], "problem");
    EXPECT_EQ(json["complete"], true);
}

} // namespace
} // namespace ctl
