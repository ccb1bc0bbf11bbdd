#include "serial/settings.hpp"

#include <gtest/gtest.h>

namespace serial {

TEST(SerialSettings, AreSpelledAsInLogs)
{
    EXPECT_EQ(to_string(Parity::none), "N");
    EXPECT_EQ(to_string(Parity::odd), "O");
    EXPECT_EQ(to_string(Parity::even), "E");
    EXPECT_EQ(to_string(Parity::mark), "M");
    EXPECT_EQ(to_string(Parity::space), "S");
    EXPECT_EQ(to_string(StopBits::one), "1");
    EXPECT_EQ(to_string(StopBits::two), "2");
    EXPECT_EQ(to_string(StopBits::one_and_half), "1.5");
    EXPECT_EQ(to_string(FlowControl::none), "none");
    EXPECT_EQ(to_string(FlowControl::xon_xoff), "xonxoff");
    EXPECT_EQ(to_string(FlowControl::hardware), "hardware");
}

} // namespace serial
