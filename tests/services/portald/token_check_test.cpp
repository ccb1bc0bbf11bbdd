#include "portald/token_check.hpp"

#include <gmock/gmock.h>

#include "portald/front_door.hpp"
#include "sample.hpp"

namespace {

using namespace std::chrono_literals;
using portald::Request;
using portald::Response;
using portald::TokenCheck;
using portald::Tokens;
using testing::HasSubstr;

const std::string ann = "ann-0123456789abcdef";
const std::string bob = "bob-0123456789abcdef";

std::string header(const Response& response, const std::string& name)
{
    for (const auto& [key, value] : response.headers) {
        if (key == name) return value;
    }
    return "none";
}

Tokens tokens()
{
    return Tokens::parse("ann operate " + ann + "\nbob read " + bob, "tokens");
}

struct TokenCheckTest : testing::Test {
    static Request with(Request request, const std::string& token)
    {
        request.authorization = "Bearer " + token;
        return request;
    }
    static Request with_cookie(Request request, const std::string& cookie)
    {
        request.cookie = cookie;
        return request;
    }
    int status(const Request& request) const
    {
        const auto verdict = check.check(request, now);
        return verdict.refusal ? verdict.refusal->status : 200;
    }
    Response login(const std::string& body) const
    {
        return check.login(sample::post("/api/login", body), now);
    }
    /// What a browser would send back.
    std::string cookie_of(const std::string& token) const
    {
        const auto set = header(login("{\"token\": \"" + token + "\"}"), "Set-Cookie");
        return set.substr(0, set.find(';'));
    }

    TokenCheck check{tokens(), [](const std::string& path) { return path == "/index.html"; }};
    Request look = sample::get("/api/devices");
    Request change = sample::post("/api/slots/A/reset", "{}");
    TokenCheck::TimePoint now{1h};
};

TEST_F(TokenCheckTest, AsksNobodyWhenThereAreNoTokens)
{
    const TokenCheck none{Tokens()};
    EXPECT_FALSE(none.check(change, now).refusal);
    EXPECT_EQ(none.login(sample::post("/api/login", "{\"token\": \"x\"}"), now).status, 404);
}

TEST_F(TokenCheckTest, RefusesWhoHasNone)
{
    for (const auto* path : {"/api/devices", "/ws", "/metrics", "/healthz", "/api/logs/a.log",
                             "/api/events", "/nowhere"}) {
        const auto refused = check.check(sample::get(path), now).refusal;
        ASSERT_TRUE(refused) << path;
        EXPECT_EQ(refused->status, 401);
        EXPECT_THAT(header(*refused, "WWW-Authenticate"), HasSubstr("Bearer"));
    }
    EXPECT_EQ(status(change), 401);
}

TEST_F(TokenCheckTest, LetsThePageItselfAndItsLoginThrough)
{
    EXPECT_EQ(status(sample::get("/index.html")), 200);
    EXPECT_EQ(status(sample::post("/index.html", "")), 401);
    EXPECT_EQ(status(sample::post("/api/login", "{}")), 200);
}

TEST_F(TokenCheckTest, TakesUdevsWordFromThisMachineOnly)
{
    EXPECT_EQ(status(sample::post("/api/hotplug", "{}", "127.0.0.1")), 200);
    EXPECT_EQ(status(sample::post("/api/hotplug", "{}", "192.168.1.7")), 401);
}

TEST_F(TokenCheckTest, NamesTheHolder)
{
    EXPECT_EQ(check.check(with(change, ann), now).holder, "ann");
    EXPECT_EQ(check.check(with(look, bob), now).holder, "bob");
    auto lower_case = look;
    lower_case.authorization = "bearer  " + bob;
    EXPECT_EQ(check.check(lower_case, now).holder, "bob");
}

TEST_F(TokenCheckTest, ATokenForReadingReads)
{
    EXPECT_EQ(status(with(look, bob)), 200);
    EXPECT_EQ(status(with(sample::post("/api/serial/monitor", "{}"), bob)), 200);
    EXPECT_EQ(status(with(change, bob)), 403);
    EXPECT_EQ(status(with_cookie(change, cookie_of(bob))), 403);
}

TEST_F(TokenCheckTest, TakesNoOtherSchemeAndNoTokenInACookie)
{
    auto basic = look;
    basic.authorization = "Basic " + ann;
    EXPECT_EQ(status(basic), 401);
    EXPECT_EQ(status(with_cookie(look, "rfc2217_session=" + ann)), 401);
    EXPECT_EQ(status(with(look, cookie_of(ann).substr(16))), 401);
}

TEST_F(TokenCheckTest, ALoginTradesATokenForACookie)
{
    const auto answer = login("{\"token\": \"" + ann + "\"}");
    EXPECT_EQ(answer.status, 200);
    EXPECT_THAT(answer.body, HasSubstr("\"role\":\"operate\""));
    EXPECT_THAT(header(answer, "Set-Cookie"), HasSubstr("; HttpOnly; SameSite=Strict"));
    EXPECT_THAT(header(answer, "Set-Cookie"), testing::Not(HasSubstr(ann)));
    EXPECT_EQ(status(with_cookie(change, "a=b;" + cookie_of(ann) + "; c")), 200);
    const auto https =
        check.login(sample::post("/api/login", "{\"token\": \"" + ann + "\"}"), now, true);
    EXPECT_THAT(header(https, "Set-Cookie"), HasSubstr("; Secure"));
}

TEST_F(TokenCheckTest, ALoginThatIsWrongGetsNoCookie)
{
    EXPECT_EQ(login("{\"token\": \"wrong-0123456789abcdef\"}").status, 401);
    for (const auto* body : {"", "[]", "{}", "{\"token\": 7}", "{\"token\": \"x\", \"a\": 1}"}) {
        EXPECT_EQ(login(body).status, 400) << body;
        EXPECT_EQ(header(login(body), "Set-Cookie"), "none");
    }
}

TEST_F(TokenCheckTest, ABrowserForgetsACookieThatIsVoid)
{
    const auto refused = check.check(with_cookie(look, "rfc2217_session=void"), now).refusal;
    ASSERT_TRUE(refused);
    EXPECT_THAT(header(*refused, "Set-Cookie"), HasSubstr("rfc2217_session=; "));
    EXPECT_THAT(header(*refused, "Set-Cookie"), HasSubstr("Max-Age=0"));
}

TEST_F(TokenCheckTest, SlowsDownWhoGuessesEvenWhenTheLastGuessIsRight)
{
    for (int i = 0; i < 10; ++i) EXPECT_EQ(status(with(look, "wrong-0123456789")), 401);
    EXPECT_EQ(status(with(look, ann)), 429);
    EXPECT_EQ(login("{\"token\": \"" + ann + "\"}").status, 429);
    EXPECT_EQ(status(look), 401) << "who brings nothing does not guess";
    auto other = with(look, ann);
    other.peer = "192.168.1.8";
    EXPECT_EQ(status(other), 200) << "another address is another's";
    now += 2s;
    EXPECT_EQ(status(with(look, ann)), 200);
}

TEST_F(TokenCheckTest, AGuessByLoginCountsTheSame)
{
    for (int i = 0; i < 10; ++i) login("{\"token\": \"wrong-0123456789abcdef\"}");
    EXPECT_EQ(login("{\"token\": \"wrong-0123456789abcdef\"}").status, 429);
}

TEST(FrontDoorComplaints, TellOnceAMinuteWhoWasRefusedAndWhyWithoutTheToken)
{
    std::vector<std::string> said;
    const TokenCheck check(tokens());
    const portald::FrontDoor door(daemonkit::AccessList::lan(), {"bench-pi", {}}, &check,
                                  [&](const auto& complaint) { said.push_back(complaint); });
    auto request = sample::get("/api/devices");
    request.query = "token=" + ann;
    request.peer = "203.0.113.9";
    for (int i = 0; i < 5; ++i) EXPECT_EQ(door.refusal(request)->status, 403);
    request.peer = "192.168.1.7";
    request.authorization = "Bearer wrong-0123456789";
    for (int i = 0; i < 5; ++i) EXPECT_EQ(door.refusal(request)->status, 401);
    ASSERT_EQ(said.size(), 2U);
    EXPECT_THAT(said[0], HasSubstr("refused 203.0.113.9: GET /api/devices: 403 "));
    EXPECT_THAT(said[1], HasSubstr("refused 192.168.1.7: GET /api/devices: 401 "));
    for (const auto& line : said) EXPECT_THAT(line, testing::Not(HasSubstr("0123456789")));
    request.authorization = "Bearer " + ann;
    EXPECT_EQ(door.judge(request).holder, "ann");
}

} // namespace
