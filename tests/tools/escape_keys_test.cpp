#include "ctl/escape_keys.hpp"

#include <gtest/gtest.h>

namespace {

using ctl::EscapeKeys;
using Act = EscapeKeys::Act;

constexpr const char* prefix = "\x14";

TEST(EscapeKeys, WhatIsNoKeyOfOursGoesToTheBoard)
{
    EscapeKeys keys;
    const auto typed = keys.type("help\r\x03");
    ASSERT_EQ(typed.size(), 1U);
    EXPECT_EQ(typed[0].bytes, "help\r\x03");
    EXPECT_FALSE(typed[0].act);
}

TEST(EscapeKeys, TheOrderOfBytesAndKeysIsKept)
{
    EscapeKeys keys;
    const auto typed = keys.type("a\x14rb\x1d");
    ASSERT_EQ(typed.size(), 2U);
    EXPECT_EQ(typed[0].bytes, "a");
    EXPECT_EQ(typed[0].act, Act::reset);
    EXPECT_EQ(typed[1].bytes, "b");
    EXPECT_EQ(typed[1].act, Act::quit);
}

TEST(EscapeKeys, AKeySequenceMayBeCut)
{
    EscapeKeys keys;
    EXPECT_TRUE(keys.type(prefix).empty());
    const auto typed = keys.type("b");
    ASSERT_EQ(typed.size(), 1U);
    EXPECT_EQ(typed[0].act, Act::bootloader);
}

TEST(EscapeKeys, TheKeysThemselvesCanBeSent)
{
    EscapeKeys keys;
    const auto typed = keys.type("\x14\x14\x14\x1d");
    ASSERT_EQ(typed.size(), 1U);
    EXPECT_EQ(typed[0].bytes, "\x14\x1d");
    EXPECT_FALSE(typed[0].act);
}

TEST(EscapeKeys, AnUnknownKeyIsHelpAndReachesNoBoard)
{
    EscapeKeys keys;
    const auto typed = keys.type("\x14x");
    ASSERT_EQ(typed.size(), 1U);
    EXPECT_EQ(typed[0].bytes, "");
    EXPECT_EQ(typed[0].act, Act::help);
}

} // namespace
