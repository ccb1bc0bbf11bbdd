#include "ctl/line_wait.hpp"

#include <gtest/gtest.h>

#include "commandkit/command_line.hpp"

namespace {

ctl::Output output(const std::string& bytes, bool fresh = true)
{
    ctl::Output said;
    said.parts.push_back({bytes, fresh});
    return said;
}

TEST(LineWait, ALineMatchesHoweverItIsCut)
{
    ctl::LineWait wait{"^app: rea[d]y$"};
    EXPECT_FALSE(wait.receive(output("boot\r\napp: re")));
    EXPECT_EQ(wait.receive(output("ady\r\nmore")), "app: ready");
}

TEST(LineWait, OldLinesDoNotCountButThePromptAtWhichABoardStandsDoes)
{
    ctl::LineWait ready{"ready"};
    EXPECT_FALSE(ready.receive(output("ready\r\nlogin: ", false)));
    EXPECT_FALSE(ready.receive({}));
    ctl::LineWait login{"^login: $"};
    EXPECT_FALSE(login.receive(output("ready\r\nlogin: ", false)));
    EXPECT_EQ(login.receive({}), "login: ");
}

TEST(LineWait, HalfALineIsNoPromptWhileItIsBeingSaid)
{
    ctl::LineWait wait{"count: \\d+"};
    EXPECT_FALSE(wait.receive(output("count: 1")));
    EXPECT_EQ(wait.receive(output("23\r\n")), "count: 123");
}

TEST(LineWait, APatternThatRe2RefusesIsWrongUsage)
{
    EXPECT_THROW(ctl::LineWait{"("}, commandkit::WrongUsage);
}

} // namespace
