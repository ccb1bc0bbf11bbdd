#include "serial/line_discipline.hpp"

#include <gtest/gtest.h>
#include <termios.h>

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

TEST(LineDisciplineFlags, HaveEachDataSizeAndParity)
{
    constexpr tcflag_t all = CSIZE | PARENB | PARODD | CMSPAR;
    const auto control = [](std::uint8_t data_bits, Parity parity) {
        Settings settings;
        settings.data_bits = data_bits;
        settings.parity = parity;
        return line_discipline::flags_of(settings, false).control & all;
    };
    EXPECT_EQ(control(5, Parity::none), CS5);
    EXPECT_EQ(control(6, Parity::none), CS6);
    EXPECT_EQ(control(7, Parity::none), CS7);
    EXPECT_EQ(control(8, Parity::none), CS8);
    EXPECT_EQ(control(8, Parity::odd), CS8 | PARENB | PARODD);
    EXPECT_EQ(control(7, Parity::even), CS7 | PARENB);
    EXPECT_EQ(control(7, Parity::mark), CS7 | PARENB | CMSPAR | PARODD);
    EXPECT_EQ(control(8, Parity::space), CS8 | PARENB | CMSPAR);
}

TEST(LineDisciplineFlags, AreReadBackAsWhatWasAsked)
{
    for (const std::uint8_t data_bits : std::initializer_list<std::uint8_t>{5, 6, 7, 8})
        for (const auto parity :
             {Parity::none, Parity::odd, Parity::even, Parity::mark, Parity::space})
            for (const auto stop_bits : {StopBits::one, StopBits::two, StopBits::one_and_half})
                for (const auto flow :
                     {FlowControl::none, FlowControl::xon_xoff, FlowControl::hardware}) {
                    const Settings asked{9600, data_bits, parity, stop_bits, flow};
                    for (const bool counts_if_asked : {false, true})
                        EXPECT_EQ(line_discipline::settings_of(
                                      line_discipline::flags_of(asked, counts_if_asked), asked),
                                  asked);
                }
}

TEST(LineDisciplineFlags, NeverLetALineDisciplineTouchABadByte)
{
    const auto input = [](Parity parity, FlowControl flow, bool counts_if_asked) {
        Settings settings;
        settings.parity = parity;
        settings.flow = flow;
        return line_discipline::flags_of(settings, counts_if_asked).input;
    };
    using enum FlowControl;
    EXPECT_EQ(input(Parity::even, none, false), 0u) << "IGNPAR would drop it in a UART's driver";
    EXPECT_EQ(input(Parity::even, none, true), tcflag_t{INPCK | IGNPAR}) << "real raw";
    EXPECT_EQ(input(Parity::mark, hardware, true), tcflag_t{INPCK | IGNPAR});
    EXPECT_EQ(input(Parity::none, none, true), 0u);
    EXPECT_EQ(input(Parity::even, xon_xoff, true), tcflag_t{IXON | IXOFF}) << "not real raw";
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
