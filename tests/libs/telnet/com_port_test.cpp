#include "telnet/com_port.hpp"

#include <gtest/gtest.h>

#include "libs/telnet/bytes.hpp"

namespace {

using namespace telnet::com_port;

TEST(ComPort, ReadsEveryRequestOfAClient)
{
    const struct {
        telnet::Bytes body;
        Code code;
        std::optional<std::uint32_t> value;
    } table[] = {
        {of({1, 0, 1, 0xC2, 0}), Code::set_baudrate, 115200},
        {of({1, 0, 0, 0, 0}), Code::set_baudrate, 0},
        {of({1, 255, 255, 255, 255}), Code::set_baudrate, 0xFFFFFFFF},
        {of({2, 8}), Code::set_datasize, 8},
        {of({3, 1}), Code::set_parity, 1},
        {of({4, 2}), Code::set_stopsize, 2},
        {of({5, 255}), Code::set_control, 255},
        {of({6, 1}), Code::notify_linestate, 1},
        {of({7}), Code::notify_modemstate, std::nullopt},
        {of({8}), Code::flowcontrol_suspend, std::nullopt},
        {of({9}), Code::flowcontrol_resume, std::nullopt},
        {of({10, 0}), Code::set_linestate_mask, 0},
        {of({11, 255}), Code::set_modemstate_mask, 255},
        {of({12, 3}), Code::purge_data, 3},
    };
    for (const auto& row : table) {
        const auto request = parse(row.body);
        ASSERT_TRUE(request) << hex(row.body);
        EXPECT_EQ(request->code, row.code);
        EXPECT_EQ(request->value, row.value);
    }
}

TEST(ComPort, ReadsASignatureAndTheQuestionForOurs)
{
    EXPECT_EQ(parse(of({0}))->text, "");
    const auto named = parse(of({0, 'm', 'e', 255}));
    ASSERT_TRUE(named);
    EXPECT_EQ(named->code, Code::signature);
    EXPECT_EQ(named->text, "me\xFF");
    EXPECT_FALSE(named->value);
}

TEST(ComPort, RefusesWhatIsNoClientCommandOrHasAWrongLength)
{
    const telnet::Bytes table[] = {
        of({}),
        of({1}),
        of({1, 0, 1, 0xC2}),
        of({1, 0, 1, 0xC2, 0, 0}),
        of({2}),
        of({2, 8, 8}),
        of({5}),
        of({7, 1, 2}),
        of({8, 0}),
        of({12}),
        of({13, 1}),
        of({99}),
        of({100, 'm'}),
        of({105, 1}),
        of({101, 0, 0, 1, 0}),
        of({255, 1}),
        of({11, 255, 1}),
    };
    for (const auto& body : table) EXPECT_FALSE(parse(body)) << hex(body);
}

TEST(ComPort, AnswersWithTheCodePlusAHundred)
{
    telnet::Bytes out;
    append_answer(out, Code::set_control, static_cast<std::uint8_t>(Control::dtr_on));
    append_answer(out, Code::notify_modemstate, modem_state::cts | modem_state::dsr);
    append_answer(out, Code::flowcontrol_suspend);
    EXPECT_EQ(hex(out), "FF FA 2C 69 08 FF F0 FF FA 2C 6B 30 FF F0 FF FA 2C 6C FF F0");
}

TEST(ComPort, DoublesIacInTheValuesOfAnswers)
{
    telnet::Bytes out;
    append_baudrate_answer(out, 0x00FF00FF);
    append_answer(out, Code::set_modemstate_mask, 255);
    EXPECT_EQ(hex(out), "FF FA 2C 65 00 FF FF 00 FF FF FF F0 FF FA 2C 6F FF FF FF F0");
}

TEST(ComPort, SignsWithItsName)
{
    telnet::Bytes out;
    append_signature_answer(out, "rfc2217");
    EXPECT_EQ(hex(out), "FF FA 2C 64 72 66 63 32 32 31 37 FF F0");
}

} // namespace
