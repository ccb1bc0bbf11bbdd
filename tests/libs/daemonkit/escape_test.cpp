#include "daemonkit/escape.hpp"

#include <gtest/gtest.h>

namespace daemonkit {

TEST(EscapeControlBytes, LeavesTextAlone)
{
    EXPECT_EQ(escape_control_bytes("USB JTAG/serial Grüße 日本 😀 \\x41"),
              "USB JTAG/serial Grüße 日本 😀 \\x41");
}

TEST(EscapeControlBytes, ShowsWhatWouldMoveACursorOrEndALine)
{
    EXPECT_EQ(escape_control_bytes("a\x1b[2Jb\r\nc\x7f\tz"), "a\\x1b[2Jb\\x0d\\x0ac\\x7f\\x09z");
    EXPECT_EQ(escape_control_bytes(std::string_view("\0", 1)), "\\x00");
    EXPECT_EQ(escape_control_bytes("\xc2\x9b"), "\\xc2\\x9b") << "CSI as one character";
}

TEST(EscapeControlBytes, ShowsWhatIsNotUtf8)
{
    EXPECT_EQ(escape_control_bytes("\xff"), "\\xff");
    EXPECT_EQ(escape_control_bytes("\xc3"), "\\xc3") << "cut";
    EXPECT_EQ(escape_control_bytes("\xc0\xaf"), "\\xc0\\xaf") << "overlong";
    EXPECT_EQ(escape_control_bytes("\xed\xa0\x80"), "\\xed\\xa0\\x80") << "surrogate";
    EXPECT_EQ(escape_control_bytes("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80") << "too high";
    EXPECT_EQ(escape_control_bytes("\xe2\x82x"), "\\xe2\\x82x");
}

} // namespace daemonkit
