#include <gtest/gtest.h>

#include "libs/contract/refusal.hpp"

using namespace contract;

namespace {

class FieldsTest : public testing::Test {
protected:
    /// What one getter says to this value of "it".
    template<typename Get>
    std::string fault(const char* value, Get get)
    {
        const Json json{{"it", parse_json(value, "test")}};
        const Fields fields(json, "here");
        return refusal([&] { get(fields); });
    }
    std::string port_fault(const char* value)
    {
        return fault(value, [](const Fields& f) { f.number<std::uint16_t>("it", 1024); });
    }
    std::string counter_fault(const char* value)
    {
        return fault(value, [](const Fields& f) { f.counter("it"); });
    }
};

TEST_F(FieldsTest, RefusesNumbersOutsideTheRangeInsteadOfCuttingThem)
{
    EXPECT_EQ(port_fault("1024"), "");
    EXPECT_EQ(port_fault("65535"), "");
    EXPECT_EQ(port_fault("1023"), "here: it: 1023 is outside 1024-65535");
    EXPECT_EQ(port_fault("70000"), "here: it: 70000 is outside 1024-65535");
    EXPECT_EQ(port_fault("-1"), "here: it: -1 is outside 1024-65535");
    EXPECT_EQ(port_fault("18446744073709551615"),
              "here: it: 18446744073709551615 is outside 1024-65535");
    EXPECT_EQ(port_fault("18446744073709551616"),
              "here: it: 1.8446744073709552e+19 is outside 1024-65535");
    EXPECT_EQ(port_fault("-1e300"), "here: it: -1e+300 is outside 1024-65535");
}

TEST_F(FieldsTest, RefusesWhatIsNoWholeNumber)
{
    EXPECT_EQ(port_fault("4001.5"), "here: it: 4001.5 is not a whole number");
    EXPECT_EQ(port_fault("4001.0"), "here: it: 4001.0 is not a whole number");
    EXPECT_EQ(port_fault("\"4001\""), "here: it: \"4001\" is not a number");
    EXPECT_EQ(port_fault("true"), "here: it: true is not a number");
    EXPECT_EQ(port_fault("null"), "here: it: null is not a number");
    EXPECT_EQ(port_fault("[]"), "here: it: [] is not a number");
}

TEST_F(FieldsTest, CountsToTheLastOfSixtyFourBits)
{
    const Json json{{"it", 18446744073709551615U}};
    EXPECT_EQ(Fields(json, "here").counter("it"), 18446744073709551615U);
    const std::string range = " is not a whole number within 0-18446744073709551615";
    EXPECT_EQ(counter_fault("-1"), "here: it: -1" + range);
    EXPECT_EQ(counter_fault("18446744073709551616"), "here: it: 1.8446744073709552e+19" + range);
    EXPECT_EQ(counter_fault("1.5"), "here: it: 1.5" + range);
    EXPECT_EQ(counter_fault("\"1\""), "here: it: \"1\" is not a number");
}

TEST_F(FieldsTest, ReadsTheWholeRangeOfSignedNumbers)
{
    const Json json{{"least", std::numeric_limits<std::int64_t>::min()},
                    {"most", std::numeric_limits<std::int64_t>::max()}};
    const Fields fields(json, "here");
    EXPECT_EQ(fields.number<std::int64_t>("least"), std::numeric_limits<std::int64_t>::min());
    EXPECT_EQ(fields.number<std::int64_t>("most"), std::numeric_limits<std::int64_t>::max());
}

TEST_F(FieldsTest, NamesTheTypeThatItWanted)
{
    EXPECT_EQ(fault("7", [](const Fields& f) { f.string("it"); }), "here: it: 7 is not a string");
    EXPECT_EQ(fault("null", [](const Fields& f) { f.string("it"); }),
              "here: it: null is not a string");
    EXPECT_EQ(fault("1", [](const Fields& f) { f.boolean("it"); }),
              "here: it: 1 is neither true nor false");
    EXPECT_EQ(fault("[]", [](const Fields& f) { f.object("it"); }),
              "here: it: [] is not an object");
    EXPECT_EQ(fault("{}", [](const Fields& f) { f.array("it"); }), "here: it: {} is not an array");
    EXPECT_EQ(fault("\"x\"",
                    [](const Fields& f) {
                        f.choice("it", {"a", "b"});
                    }),
              "here: it: \"x\" is none of: a, b");
    EXPECT_EQ(fault("\"noon\"", [](const Fields& f) { f.time("it"); }),
              "here: it: \"noon\" is not a time like 2026-11-22T09:00:00.123456Z");
    EXPECT_EQ(refusal([] { Fields(Json(7), "here"); }), "here: 7 is not an object");
    EXPECT_EQ(refusal([] { Fields(Json(7), ""); }), "7 is not an object");
}

TEST_F(FieldsTest, SaysWhenAMemberIsMissing)
{
    const Json json = Json::object();
    const Fields fields(json, "here");
    EXPECT_EQ(refusal([&] { fields.string("it"); }), "here: it: is missing");
    EXPECT_EQ(refusal([&] { fields.counter("it"); }), "here: it: is missing");
    EXPECT_EQ(refusal([&] { fields.any("it"); }), "here: it: is missing");
}

TEST_F(FieldsTest, TakesTheFallbackForAbsentAndNull)
{
    const Json json{{"null", nullptr}, {"wrong", 5}};
    const Fields fields(json, "here");
    for (const char* key : {"null", "absent"}) {
        EXPECT_FALSE(fields.has(key));
        EXPECT_EQ(fields.string(key, "x"), "x");
        EXPECT_TRUE(fields.boolean(key, true));
        EXPECT_EQ(fields.counter(key, 9), 9U);
        EXPECT_EQ(fields.number_or<int>(key, 3), 3);
        EXPECT_EQ(fields.string_or_null(key), std::nullopt);
        EXPECT_EQ(fields.boolean_or_null(key), std::nullopt);
        EXPECT_EQ(fields.counter_or_null(key), std::nullopt);
        EXPECT_EQ(fields.time_or_null(key), std::nullopt);
    }
    EXPECT_EQ(refusal([&] { fields.string("wrong", "x"); }), "here: wrong: 5 is not a string");
}

TEST_F(FieldsTest, ReadsAListOfStringsAndNothingElse)
{
    const Json json{{"list", {"a", "b"}}, {"null", nullptr}, {"wrong", {"a", 5}}, {"text", "a"}};
    const Fields fields(json, "here");
    EXPECT_EQ(fields.strings("list"), (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(fields.strings_or_none("list"), fields.strings("list"));
    EXPECT_TRUE(fields.strings_or_none("null").empty());
    EXPECT_TRUE(fields.strings_or_none("absent").empty());
    EXPECT_EQ(refusal([&] { fields.strings("absent"); }), "here: absent: is missing");
    EXPECT_EQ(refusal([&] { fields.strings("wrong"); }), "here: wrong: an entry is not a string");
    EXPECT_EQ(refusal([&] { fields.strings_or_none("wrong"); }),
              "here: wrong: an entry is not a string");
    EXPECT_EQ(refusal([&] { fields.strings("text"); }), "here: text: \"a\" is not an array");
}

TEST_F(FieldsTest, NamesTheWholePathOfAnInnerObject)
{
    const Json json{{"outer", {{"inner", 1}}}};
    const Fields fields(json, "here");
    EXPECT_EQ(refusal([&] { fields.object("outer").string("inner"); }),
              "here: outer: inner: 1 is not a string");
}

TEST_F(FieldsTest, RefusesMembersThatNobodyAskedForButNotComments)
{
    const Json json{{"known", 1}, {"_note", "mine"}, {"knwon", 2}};
    const Fields fields(json, "here");
    fields.counter("known");
    EXPECT_EQ(refusal([&] { fields.no_others(); }), "here: knwon: is not a key that is known here");
    fields.has("knwon");
    EXPECT_EQ(refusal([&] { fields.no_others(); }), "");
}

TEST_F(FieldsTest, ShowsOnlyTheBeginningOfAHugeValue)
{
    const Json json{{"it", std::string(1000000, 'x')}};
    const Fields fields(json, "here");
    EXPECT_LT(refusal([&] { fields.counter("it"); }).size(), 120U);
    const Json keys{{std::string(1000000, 'k'), 1}};
    EXPECT_LT(refusal([&] { Fields(keys, "here").no_others(); }).size(), 120U);
}

} // namespace
