#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libs/contract/refusal.hpp"

using namespace contract;

namespace {

std::string fault_of(std::string_view text)
{
    return refusal([&] { parse_json(text, "slots.json"); });
}

std::string nested(std::size_t levels)
{
    return std::string(levels, '[') + std::string(levels, ']');
}

std::string object_of(std::size_t members)
{
    std::string text = "{";
    for (std::size_t i = 0; i < members; ++i) {
        text += (i == 0 ? "\"" : ",\"") + std::to_string(i) + "\":0";
    }
    return text + "}";
}

TEST(ParseJson, KeepsValuesAndTheOrderOfMembers)
{
    const std::string text =
        R"({"z":1,"a":[true,null,"ü",-5,1.5,{"deep":{}}],"big":18446744073709551615})";
    EXPECT_EQ(to_text(parse_json(text, "")), text);
}

TEST(ParseJson, TakesAnythingAsTheOutermostValue)
{
    EXPECT_EQ(to_text(parse_json(" 7 ", "")), "7");
    EXPECT_EQ(to_text(parse_json("\"x\"", "")), "\"x\"");
    EXPECT_EQ(to_text(parse_json("null", "")), "null");
}

TEST(ParseJson, NamesTheLineAndTheColumn)
{
    EXPECT_EQ(fault_of("{\n  \"a\": 1,\n  \"b\" 2\n}"),
              "slots.json:3:8: syntax error while parsing object separator - "
              "unexpected number literal; expected ':'");
    EXPECT_EQ(fault_of("{\"a\":01}"), "slots.json:1:8: syntax error while parsing object - "
                                      "unexpected number literal; expected '}'");
}

TEST(ParseJson, RefusesWhatIsNoJson)
{
    EXPECT_THAT(fault_of(""), testing::StartsWith("slots.json:1:1: "));
    EXPECT_THAT(fault_of("{"), testing::StartsWith("slots.json:1:1: "));
    EXPECT_THAT(fault_of("[1,]"), testing::StartsWith("slots.json:1:4: "));
    EXPECT_THAT(fault_of("{} {}"), testing::StartsWith("slots.json:1:4: "));
    EXPECT_THAT(fault_of("/* c */ 1"), testing::StartsWith("slots.json:1:1: "));
    EXPECT_THAT(fault_of("nul"), testing::StartsWith("slots.json:1:3: "));
    EXPECT_THAT(fault_of(std::string_view("\0", 1)), testing::StartsWith("slots.json:1:1: "));
}

TEST(ParseJson, RefusesAKeyThatIsThereTwice)
{
    EXPECT_EQ(fault_of("{\"slots\": [],\n \"slots\": []}"),
              "slots.json:2:8: \"slots\" is there twice");
    EXPECT_EQ(fault_of(R"({"a":{"b":1},"c":{"b":1}})"), "");
}

TEST(ParseJson, TakesSixtyFourLevelsAndNoMore)
{
    EXPECT_EQ(fault_of(nested(64)), "");
    EXPECT_EQ(fault_of(nested(65)), "slots.json:1:65: nested deeper than 64 levels");
    EXPECT_EQ(fault_of(std::string(1000000, '[')), "slots.json:1:65: nested deeper than 64 levels");
    std::string objects;
    for (int i = 0; i < 100000; ++i) objects += "{\"a\":";
    EXPECT_THAT(fault_of(objects), testing::EndsWith("nested deeper than 64 levels"));
}

TEST(ParseJson, TakesAThousandMembersButNotAHundredThousand)
{
    EXPECT_EQ(fault_of(object_of(1024)), "");
    EXPECT_THAT(fault_of(object_of(1025)),
                testing::EndsWith("an object with more than 1024 members"));
}

TEST(ParseJson, RefusesBytesThatAreNotUtf8)
{
    for (const std::string bytes :
         {"\xff", "\xc3", "\xc0\xaf", "\xed\xa0\x80", "\xf5\x80\x80\x80"}) {
        EXPECT_THAT(fault_of("{\"a\":\"" + bytes + "\"}"),
                    testing::EndsWith("invalid string: ill-formed UTF-8 byte"));
    }
    EXPECT_THAT(fault_of(R"(["\ud800"])"), testing::HasSubstr("surrogate"));
}

TEST(ParseJson, RefusesNumbersThatNoDoubleHolds)
{
    EXPECT_EQ(fault_of("1e999"), "slots.json:1:5: number overflow parsing '1e999'");
}

TEST(ParseJson, AnswersHostileTextWithAShortFault)
{
    const std::string digits(500000, '9'), letters(500000, 'x');
    for (const std::string& text : {digits, "\"" + letters, "{\"a\" \"" + letters + "\"}",
                                    "{\"" + letters + "\":1,\"" + letters + "\":1}"}) {
        const std::string fault = fault_of(text);
        EXPECT_NE(fault, "");
        EXPECT_LT(fault.size(), 300U);
    }
}

TEST(ToText, ReplacesBytesThatAreNotUtf8)
{
    EXPECT_EQ(to_text(Json{{"product", "CP\xff\x31"}}), "{\"product\":\"CP\uFFFD1\"}");
}

} // namespace
