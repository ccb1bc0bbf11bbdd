#include "serial/input_watch.hpp"

#include <gtest/gtest.h>

namespace serial {

namespace {

constexpr ModemInputs dcd{.cts = false, .dsr = false, .ri = false, .dcd = true};

constexpr ErrorCounts counts(std::uint32_t overruns, std::uint32_t parity, std::uint32_t framing,
                             std::uint32_t breaks)
{
    return {.overruns = overruns, .parity = parity, .framing = framing, .breaks = breaks};
}

constexpr LineErrors errors(bool overrun, bool parity, bool framing, bool break_detected)
{
    return {
        .overrun = overrun, .parity = parity, .framing = framing, .break_detected = break_detected};
}

} // namespace

TEST(InputWatch, TellsTheFirstValuesAndThenOnlyChanges)
{
    InputWatch watch;
    watch.turn(true);

    EXPECT_EQ(watch.polled(ModemInputs{}), ModemInputs{});
    EXPECT_FALSE(watch.polled(ModemInputs{}));
    EXPECT_EQ(watch.polled(dcd), dcd);
    EXPECT_FALSE(watch.polled(dcd));
}

TEST(InputWatch, TellsNothingWhileItIsOff)
{
    InputWatch watch;
    EXPECT_FALSE(watch.polled(ModemInputs{.cts = true, .dsr = false, .ri = false, .dcd = false}));
}

TEST(InputWatch, TellsTheValuesAfreshWhenTurnedOnAgainOrForAnotherTty)
{
    InputWatch watch;
    watch.turn(true);
    watch.polled(ModemInputs{});
    watch.turn(true);
    EXPECT_FALSE(watch.polled(ModemInputs{})) << "it was on already";

    watch.turn(false);
    watch.turn(true);
    EXPECT_TRUE(watch.polled(ModemInputs{}));
    watch.start_over();
    EXPECT_TRUE(watch.polled(ModemInputs{}));
}

TEST(InputWatch, TellsWhichErrorCountersHaveGrownSinceTheLastPoll)
{
    constexpr std::uint32_t most = 0xFFFFFFFF;
    struct Poll {
        const char* what;
        ErrorCounts counts;
        std::optional<LineErrors> told;
    };
    const Poll polls[] = {
        {"the first is the baseline", counts(7, 8, 9, most), std::nullopt},
        {"the same", counts(7, 8, 9, most), std::nullopt},
        {"overrun", counts(8, 8, 9, most), errors(true, false, false, false)},
        {"parity", counts(8, 9, 9, most), errors(false, true, false, false)},
        {"framing", counts(8, 9, 1000, most), errors(false, false, true, false)},
        {"break, past the wrap", counts(8, 9, 1000, 2), errors(false, false, false, true)},
        {"the same again", counts(8, 9, 1000, 2), std::nullopt},
        {"two at once", counts(9, 9, 1000, 3), errors(true, false, false, true)},
        {"back to 0 is no error", counts(0, 0, 0, 0), std::nullopt},
        {"and a new baseline", counts(0, 1, 0, 0), errors(false, true, false, false)},
    };
    InputWatch watch;
    watch.turn(true);
    for (const auto& poll : polls) EXPECT_EQ(watch.polled(poll.counts), poll.told) << poll.what;
}

TEST(InputWatch, TakesTheErrorCountersBaselineAfreshWhenTurnedOnAgainOrForAnotherTty)
{
    InputWatch watch;
    EXPECT_FALSE(watch.polled(counts(1, 1, 1, 1))) << "it is off";
    watch.turn(true);
    EXPECT_FALSE(watch.polled(counts(2, 2, 2, 2)));

    watch.turn(false);
    EXPECT_FALSE(watch.polled(counts(3, 3, 3, 3)));
    watch.turn(true);
    EXPECT_FALSE(watch.polled(counts(4, 4, 4, 4)));
    watch.start_over();
    EXPECT_FALSE(watch.polled(counts(5, 5, 5, 5)));
    EXPECT_TRUE(watch.polled(counts(6, 5, 5, 5)));
}

} // namespace serial
