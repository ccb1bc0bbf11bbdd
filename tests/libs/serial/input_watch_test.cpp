#include "serial/input_watch.hpp"

#include <gtest/gtest.h>

namespace serial {

namespace {

constexpr ModemInputs dcd{.cts = false, .dsr = false, .ri = false, .dcd = true};

} // namespace

TEST(InputWatch, TellsTheFirstValuesAndThenOnlyChanges)
{
    InputWatch watch;
    watch.turn(true);

    EXPECT_EQ(watch.polled({}), ModemInputs{});
    EXPECT_FALSE(watch.polled({}));
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
    watch.polled({});
    watch.turn(true);
    EXPECT_FALSE(watch.polled({})) << "it was on already";

    watch.turn(false);
    watch.turn(true);
    EXPECT_TRUE(watch.polled({}));
    watch.start_over();
    EXPECT_TRUE(watch.polled({}));
}

} // namespace serial
