#include "bridged/line_rule.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <cctype>
#include <sstream>
#include <string>
#include <vector>

namespace {

using namespace std::chrono_literals;
using bridged::LineRule;
using bridged::LineStep;

const bridged::Profile& profile(const char* name)
{
    return bridged::profile_of(std::string{name}, std::nullopt);
}

/// What a client sends, as words: "D1" is DTR on, "R0" RTS off, "100" a pause in ms. What is done
/// comes back as "10" for DTR on and RTS off (a dash for one that is not touched), "10/100"
/// with the pause after it.
class ARule {
public:
    explicit ARule(const char* name, bridged::Lines now = {}) : rule_(profile(name), now) {}

    std::string after(const std::string& commands)
    {
        std::istringstream words{commands};
        std::string done;
        for (std::string word; words >> word;) {
            if (word[0] == 'D')
                note(done, rule_.ask({.dtr = word[1] == '1', .rts = {}}, now_));
            else if (word[0] == 'R')
                note(done, rule_.ask({.dtr = {}, .rts = word[1] == '1'}, now_));
            else
                wait(done, std::chrono::milliseconds{std::stoi(word)});
        }
        return done;
    }
    std::string asked() const { return text({rule_.asked().dtr, rule_.asked().rts}); }

private:
    void wait(std::string& done, std::chrono::milliseconds time)
    {
        now_ += time;
        if (const auto at = rule_.wake_at(); at && *at <= now_) note(done, rule_.time_passed(now_));
    }
    static std::string text(serial::LineChange lines)
    {
        const auto bit = [](std::optional<bool> on) { return on ? (*on ? "1" : "0") : "-"; };
        return std::string{bit(lines.dtr)} + bit(lines.rts);
    }
    static void note(std::string& done, const LineRule::Steps& steps)
    {
        for (const auto& step : steps) {
            if (!done.empty()) done += ' ';
            done += text(step.lines);
            if (step.pause > 0ms) done += "/" + std::to_string(step.pause.count());
        }
    }

    LineRule rule_;
    LineRule::TimePoint now_{1h};
};

struct Case {
    const char* what;
    const char* profile;
    const char* commands;
    const char* done;
    const char* asked;
};

constexpr auto jtag_entry = "00/100 10/100 11 01/100 00";

const Case cases[]{
    // esptool 4.12 and 5.3.1 over rfc2217: ClassicReset. Each RTS is followed by DTR as it is, for
    // the sake of a Windows driver.
    {"open, classic entry", "esp-bridge", "D1 R1 D0 R1 D0 100 D1 50 R0 D1 50 D0",
     "1- -1 0- -1 0- 10 1- 0-", "00"},
    {"classic entry by a client far away", "esp-bridge", "R1 100 D1 900 R0 50 D0", "-1 10 0-",
     "00"},
    {"tight entry, both in one", "esp-bridge", "R1 100 D1 R0 50 D0", "-1 10 0-", "00"},
    {"DTR alone out of reset is done after a second", "esp-bridge", "R1 D1 999 1", "-1 11", "11"},
    {"DTR off while DTR on is held", "esp-bridge", "R1 D1 D0 R0", "-1 01 -0", "00"},
    {"RTS on again while DTR on is held", "esp-bridge", "R1 D1 R1", "-1 11", "11"},
    {"hard reset after flashing", "esp-bridge", "R1 100 R0", "-1 -0", "00"},
    {"idf.py monitor", "esp-bridge", "D1 R1 R0 D0 R1 100 R0", "1- -1 -0 0- -1 -0", "00"},
    {"miniterm, PlatformIO: both off", "esp-bridge", "D0 R0", "0- -0", "00"},

    {"an open shows DTR and RTS together", "esp-usb-jtag", "D1 50 R1", "00 11", "11"},
    {"open, classic entry", "esp-usb-jtag", "D1 R1 D0 R1 D0 100 D1 50 R0 D1 50 D0",
     "00 11 0- -1 0- 1- 00 00/100 10/100 11 01/100 00", "00"},
    {"classic entry by a client that stops before its end", "esp-usb-jtag", "R1 D1 R0 999 1 D1 D0",
     "-1 1- 00 00/100 10/100 11 01/100 00 00", "00"},
    {"classic entry that becomes something else", "esp-usb-jtag", "R1 D1 R0 R1", "-1 1- 00 11",
     "11"},
    {"esptool's own entry, after an open", "esp-usb-jtag",
     "D1 R1 R0 D1 D0 100 D1 R0 D1 100 R1 D1 D0 R1 D0 100 D0 R0 D0",
     "00 11 00 00 00 10/50 11 1- 0- -1 0- 0- -0 0-", "00"},
    {"hard reset after flashing", "esp-usb-jtag", "R1 200 R0", "-1 -0", "00"},
    {"idf.py monitor", "esp-usb-jtag", "D1 R1 R0 D0 R1 100 R0", "00 11 00 00 -1 -0", "00"},
    {"DTR alone is never shown", "esp-usb-jtag", "D1 R0 60000 D0", "00 00", "00"},
    {"a pulse of RTS from both on leaves no flag", "esp-usb-jtag", "D1 R1 R1 100 R0 R1",
     "00 11 -1 00 11", "11"},
    {"an entry given up, and then a reset", "esp-usb-jtag", "R1 D1 R0 R1 R0 D0 R1 R0",
     "-1 1- 00 11 00 00 -1 -0", "00"},

    {"everything passes at once", "plain", "D1 R1 R0 D0 R1 D1 R0", "1- -1 -0 0- -1 1- -0", "10"},
    {"Arduino: DTR off and on", "plain", "D0 250 D1", "0- 1-", "10"},
};

class Sequence : public testing::TestWithParam<Case> {};

TEST_P(Sequence, IsDoneAsTheCircuitNeedsIt)
{
    ARule rule{GetParam().profile};
    EXPECT_EQ(rule.after(GetParam().commands), GetParam().done);
    EXPECT_EQ(rule.asked(), GetParam().asked);
}

std::string name_of(const testing::TestParamInfo<Case>& test)
{
    std::string name = std::string{test.param.profile} + " " + test.param.what;
    std::replace_if(
        name.begin(), name.end(),
        [](char letter) { return std::isalnum(static_cast<unsigned char>(letter)) == 0; }, '_');
    return name + "_" + std::to_string(test.index);
}

INSTANTIATE_TEST_SUITE_P(Of, Sequence, testing::ValuesIn(cases), name_of);

TEST(ALineRule, BeginsAnewWithTheLinesThatThereAre)
{
    LineRule rule{profile("esp-bridge"), {false, true}};
    EXPECT_TRUE(rule.ask({.dtr = true, .rts = {}}, LineRule::TimePoint{1h}).empty());
    EXPECT_TRUE(rule.wake_at());
    rule.begin(profile("esp-bridge"), {false, false});
    EXPECT_FALSE(rule.wake_at());
    EXPECT_EQ(rule.asked(), (bridged::Lines{false, false}));
}

TEST(ALineRule, EntersTheBootloaderOfAUsbSerialJtagAsItsProfileSays)
{
    ARule rule{"esp-usb-jtag", {false, true}};
    EXPECT_EQ(rule.after("D1 R0 D0"), std::string{"1- 00 "} + jtag_entry);
}

TEST(AProfile, IsChosenByVidAndPidUnlessSlotsJsonSaysWhich)
{
    contract::Device board;
    board.vid = "303a";
    board.pid = "1001";
    EXPECT_EQ(bridged::profile_of(std::nullopt, board).name, "esp-usb-jtag");
    EXPECT_EQ(bridged::profile_of("plain", board).name, "plain");
    board.pid = "4001";
    EXPECT_EQ(bridged::profile_of(std::nullopt, board).name, "plain");
}

} // namespace
