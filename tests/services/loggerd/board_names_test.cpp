#include "loggerd/board_names.hpp"

#include <gtest/gtest.h>

namespace loggerd {
namespace {

contract::Device device(std::string product, std::string serial,
                        std::string devnode = "/dev/ttyUSB0")
{
    contract::Device device;
    device.product = std::move(product);
    device.serial = std::move(serial);
    device.devnode = std::move(devnode);
    return device;
}

TEST(BoardNames, AreProductAndSerialMadeSafe)
{
    const struct {
        const char *product, *serial, *name;
    } table[] = {
        {"FT232R USB UART", "A5069RR4", "FT232R_USB_UART_A5069RR4"},
        {"CP2102 USB to UART Bridge Controller", "0001", "CP2102_USB_to_UART_B_0001"},
        {"USB JTAG/serial debug unit", "7C:DF:A1:00:11:22", "USB_JTAG_serial_debu_7C_DF_A1_0"},
        {"../../etc/passwd", "12345", "_._.._etc_passwd_12345"},
        {"B\xc3\xa4r\n\x1b", "12345", "B_r___12345"},
        {"", "A5069RR4", "A5069RR4"},
        {"USB2.0-Serial", "", "USB2.0-Serial"},
    };
    for (const auto& row : table)
        EXPECT_EQ(board_name(device(row.product, row.serial), {}), row.name);
}

TEST(BoardNames, OfABoardWithoutDescriptorsIsItsDevnode)
{
    EXPECT_EQ(board_name(device("", "", "/dev/ttyAMA0"), {}), "ttyAMA0");
    EXPECT_EQ(board_name({}, "/dev/serial0"), "serial0");
    EXPECT_EQ(board_name({}, {}), "board");
}

TEST(BoardNames, GetTheSlotBehindThemWhereTheSerialTellsNothing)
{
    for (const auto* serial : {"", "0001", "1234", "00000", "11111111"}) {
        BoardNames names;
        EXPECT_TRUE(names.take("A", device("CP2102", serial), {}).ends_with("_A")) << serial;
    }
    for (const auto* serial : {"A5069RR4", "12345", "00001", "aaaaa"}) {
        BoardNames names;
        EXPECT_FALSE(names.take("A", device("CP2102", serial), {}).ends_with("_A")) << serial;
    }
    BoardNames names;
    EXPECT_EQ(names.take("SLOT1", {}, "/dev/serial0"), "serial0_SLOT1");
}

TEST(BoardNames, TheLaterOfTwoThatWouldShareOneGetsItsSlotBehindIt)
{
    BoardNames names;
    EXPECT_EQ(names.take("A", device("FT232", "12345"), {}), "FT232_12345");
    EXPECT_EQ(names.take("B", device("FT232", "12345"), {}), "FT232_12345_B");
    EXPECT_EQ(names.take("A", device("FT232", "12345"), {}), "FT232_12345") << "keeps it";
    names.release("A");
    EXPECT_EQ(names.take("B", device("FT232", "12345"), {}), "FT232_12345_B") << "keeps it";
    EXPECT_EQ(names.take("C", device("FT232", "12345"), {}), "FT232_12345") << "free again";
}

TEST(BoardNames, TheirOwnersSurviveARestart)
{
    BoardNames names;
    EXPECT_TRUE(names.take_again("B", "FT232_12345"));
    EXPECT_FALSE(names.take_again("A", "FT232_12345"));
    EXPECT_EQ(names.take("A", device("FT232", "12345"), {}), "FT232_12345_A");
}

TEST(BoardNames, BecomeFilesWithTheDate)
{
    EXPECT_EQ(file_name("FT232R_USB_UART_A5069RR4", "2026-02-03"),
              "FT232R_USB_UART_A5069RR4_2026-02-03.log");
}

} // namespace
} // namespace loggerd
