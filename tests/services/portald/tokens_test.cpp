#include "portald/tokens.hpp"

#include <gmock/gmock.h>

#include "contract/json.hpp"

namespace {

using portald::Role;
using portald::Tokens;

const std::string ann = "ann-0123456789abcdef";
const std::string bob = "bob-0123456789abcdef";

Tokens two()
{
    return Tokens::parse("# of the bench\n\nann operate " + ann + "\n  bob\tread " + bob + "  \n",
                         "tokens");
}

std::string fault_of(const std::string& text)
{
    try {
        Tokens::parse(text, "tokens");
    } catch (const contract::BadMessage& bad) {
        return bad.what();
    }
    return "none";
}

TEST(Tokens, AreNotAskedForUnlessThereIsAFile)
{
    EXPECT_FALSE(Tokens().asked_for());
    EXPECT_EQ(Tokens().by_token(""), nullptr);
    EXPECT_TRUE(two().asked_for());
}

TEST(Tokens, SayWhoseTheyAreAndWhatForTheyAre)
{
    const auto tokens = two();
    ASSERT_NE(tokens.by_token(ann), nullptr);
    EXPECT_EQ(tokens.by_token(ann)->name, "ann");
    EXPECT_EQ(tokens.by_token(ann)->role, Role::operate);
    ASSERT_NE(tokens.by_token(bob), nullptr);
    EXPECT_EQ(tokens.by_token(bob)->role, Role::read);
}

TEST(Tokens, KnowNothingThatIsAlmostOne)
{
    const auto tokens = two();
    for (const auto& wrong : {std::string(), ann.substr(1), ann + "0", std::string("ann"),
                              ann + '\0', "ANN" + ann.substr(3)})
        EXPECT_EQ(tokens.by_token(wrong), nullptr) << wrong;
}

TEST(Tokens, GiveACookieThatIsNotTheTokenAndStandsForIt)
{
    const auto tokens = two();
    const auto cookie = tokens.cookie_for(bob);
    EXPECT_THAT(cookie, testing::Not(testing::HasSubstr(bob)));
    ASSERT_NE(tokens.by_cookie(cookie), nullptr);
    EXPECT_EQ(tokens.by_cookie(cookie)->name, "bob");
    EXPECT_EQ(tokens.by_token(cookie), nullptr);
    EXPECT_EQ(tokens.by_cookie(bob), nullptr);
    EXPECT_EQ(tokens.cookie_for("another-0123456789"), "");
}

TEST(Tokens, ACookieOutlivesARestartAndDiesWithItsToken)
{
    const auto cookie = two().cookie_for(bob);
    EXPECT_NE(two().by_cookie(cookie), nullptr);
    EXPECT_EQ(Tokens::parse("ann operate " + ann, "tokens").by_cookie(cookie), nullptr);
}

TEST(Tokens, NameTheLineThatIsWrongAndNoToken)
{
    EXPECT_EQ(fault_of(""), "tokens: has no token, so nobody could use the portal");
    EXPECT_EQ(fault_of("# none\n"), "tokens: has no token, so nobody could use the portal");
    EXPECT_EQ(fault_of("\nann operate"), "tokens:2: is not NAME ROLE TOKEN");
    EXPECT_EQ(fault_of("ann operate " + ann + " more"), "tokens:1: is not NAME ROLE TOKEN");
    EXPECT_EQ(fault_of("ann root " + ann), "tokens:1: the role is read or operate");
    EXPECT_THAT(fault_of("ann read short"), testing::HasSubstr("tokens:1: a token is 16 to 256"));
    EXPECT_THAT(fault_of("ann read short"), testing::Not(testing::HasSubstr("short")));
    EXPECT_THAT(fault_of("ann read " + std::string(257, 'x')), testing::HasSubstr("16 to 256"));
    EXPECT_THAT(fault_of("ann read 0123456789abcd;f"), testing::HasSubstr("16 to 256"));
    EXPECT_THAT(fault_of("a\"b read " + ann), testing::HasSubstr("tokens:1: a name is"));
    EXPECT_THAT(fault_of("ann read " + ann + "\nann read " + bob),
                testing::HasSubstr("tokens:2: that name has a token already"));
    EXPECT_THAT(fault_of("ann read " + ann + "\nbob read " + ann),
                testing::HasSubstr("tokens:2: the same token as that of ann"));
}

TEST(Tokens, AreNotEndlesslyMany)
{
    std::string text;
    for (int i = 0; i <= 256; ++i)
        text += "n" + std::to_string(i) + " read 0123456789abcdef" + std::to_string(i) + "\n";
    EXPECT_THAT(fault_of(text), testing::HasSubstr("tokens:257: 256 tokens are the most"));
}

} // namespace
