#include "serial/line_discipline.hpp"

#include <gtest/gtest.h>

#include "libs/serial/pty.hpp"

namespace serial {

namespace {

class LineDiscipline : public testing::Test {
protected:
    LineDiscipline() : tty_(::open(pty_.devnode().c_str(), O_RDWR | O_NOCTTY)) {}
    ~LineDiscipline() override { ::close(tty_); }

    test::Pty pty_;
    int tty_;
};

} // namespace

TEST_F(LineDiscipline, SetsRatesThatNoTableHas)
{
    for (const std::uint32_t baud :
         {50u, 74880u, 115200u, 250000u, 1234567u, 1500000u, 4000000u, 2147483647u}) {
        Settings asked;
        asked.baud = baud;
        const auto [in_effect, error] = line_discipline::apply(tty_, asked);
        EXPECT_FALSE(error);
        EXPECT_EQ(in_effect.baud, baud);
    }
}

TEST_F(LineDiscipline, ReportsWhatAPtyMakesOfSettings)
{
    const Settings asked{9600, 7, Parity::even, StopBits::two, FlowControl::xon_xoff};
    const auto [in_effect, error] = line_discipline::apply(tty_, asked);

    EXPECT_FALSE(error);
    EXPECT_EQ(in_effect.data_bits, 8) << "pty_set_termios() forces it";
    EXPECT_EQ(in_effect.parity, Parity::none);
    EXPECT_EQ(in_effect.stop_bits, StopBits::two);
    EXPECT_EQ(in_effect.flow, FlowControl::xon_xoff);
}

TEST_F(LineDiscipline, TakesOneAndAHalfStopBitsForTheTwoThatLinuxHas)
{
    Settings asked;
    asked.stop_bits = StopBits::one_and_half;
    EXPECT_EQ(line_discipline::apply(tty_, asked).settings.stop_bits, StopBits::one_and_half);
}

TEST_F(LineDiscipline, RefusesSettingsOutOfRangeWithoutAskingTheTty)
{
    Settings asked;
    for (const std::uint32_t baud : {0u, 2147483648u, 4294967295u}) {
        asked.baud = baud;
        EXPECT_EQ(line_discipline::apply(tty_, asked).error, std::errc::invalid_argument);
    }
    asked = {};
    for (const std::uint8_t bits : std::initializer_list<std::uint8_t>{0, 4, 9, 255}) {
        asked.data_bits = bits;
        EXPECT_EQ(line_discipline::apply(tty_, asked).error, std::errc::invalid_argument);
    }
}

TEST_F(LineDiscipline, SaysWhatIsNoTty)
{
    const int null = ::open("/dev/null", O_RDWR);
    EXPECT_EQ(line_discipline::apply(null, {}).error,
              std::errc::inappropriate_io_control_operation);
    ::close(null);
}

TEST(LineDisciplineRefusal, IsARateMoreThanFivePercentOffButNotTheNearest)
{
    Settings asked;
    Settings in_effect;
    asked.baud = 921600;
    in_effect.baud = 923076;
    EXPECT_FALSE(line_discipline::refuses(asked, in_effect));
    in_effect.baud = 9600; // what a driver falls back to
    EXPECT_TRUE(line_discipline::refuses(asked, in_effect));
}

TEST(LineDisciplineRefusal, IsAnyOtherDifference)
{
    Settings asked;
    asked.parity = Parity::mark;
    EXPECT_TRUE(line_discipline::refuses(asked, {}));
    EXPECT_FALSE(line_discipline::refuses(asked, asked));
}

} // namespace serial
