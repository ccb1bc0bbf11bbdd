// Alerts on their way to real HTTP servers and programs: ones that work, and others.
#include "alert_bench.hpp"

namespace portald {
namespace {

using testing::HasSubstr;

TEST_F(AlertDeliveryTest, PostsJsonWithAnId)
{
    deliver_to({{.url = server.url(), .run = {}, .rules = {"crash"}, .slots = {}}});
    alert();
    alert("memory");
    ASSERT_TRUE(counted("delivered", 1));
    ASSERT_EQ(server.requests.size(), 1u);
    EXPECT_THAT(server.requests[0], HasSubstr("POST /hook HTTP/1.1\r\n"));
    EXPECT_THAT(server.requests[0], HasSubstr("Content-Type: application/json\r\n"));
    EXPECT_THAT(server.requests[0], HasSubstr(R"("id":"9f86d081884c7d65-57-crash")"));
    EXPECT_EQ(delivery->counters()["alerts"]["waiting"], 0);
}

TEST_F(AlertDeliveryTest, TriesAgainAfterA500AndAfterAServerThatCloses)
{
    server.answers = {"500 Oops", "", "200 OK"};
    deliver_to({{.url = server.url(), .run = {}, .rules = {}, .slots = {}}});
    alert();
    ASSERT_TRUE(counted("delivered", 1));
    EXPECT_EQ(server.requests.size(), 3u);
    const auto body = [&](std::size_t i) {
        return server.requests[i].substr(server.requests[i].find("\r\n\r\n"));
    };
    EXPECT_EQ(body(0), body(2)) << "with the same id";
    EXPECT_EQ(delivery->counters()["alerts"]["failed"], 0);
}

TEST_F(AlertDeliveryTest, GivesUpInTheEndAndGoesOnWithTheNext)
{
    server.answers = {"503 Busy"};
    deliver_to({{.url = server.url(), .run = {}, .rules = {}, .slots = {}}}, 10s, 200ms);
    alert();
    ASSERT_TRUE(counted("failed", 1));
    server.answers = {"200 OK"};
    alert("memory", 58);
    EXPECT_TRUE(counted("delivered", 1));
}

TEST_F(AlertDeliveryTest, WhatWasRaisedBeforeATargetWasNamedIsNotForIt)
{
    logger.raise("crash", 1);
    deliver_to({{.url = server.url(), .run = {}, .rules = {}, .slots = {}}});
    alert("crash", 2);
    ASSERT_TRUE(counted("delivered", 1));
    settle();
    EXPECT_EQ(server.requests.size(), 1u);
    EXPECT_THAT(server.requests[0], HasSubstr("-2-crash"));
}

TEST_F(AlertDeliveryTest, WhatIsRaisedBetweenItsStartAndTheLoggersFirstWordIsDelivered)
{
    for (std::uint64_t seq = 1; seq <= 20; ++seq) logger.raise("crash", seq);
    logger.is_down = true;
    deliver_to({{.url = server.url(), .run = {}, .rules = {}, .slots = {}}});
    logger.raise("crash", 21, contract::wall_now());
    logger.raise("crash", 22, contract::wall_now());
    logger.is_down = false;
    beat();
    ASSERT_TRUE(counted("delivered", 2));
    EXPECT_THAT(server.requests.at(0), HasSubstr("-21-crash"));
    EXPECT_THAT(server.requests.at(1), HasSubstr("-22-crash"));
}

TEST_F(AlertDeliveryTest, WhatWasRaisedWhileThePortalWasDownIsDeliveredWhenItIsBack)
{
    const AlertTarget target{.url = server.url(), .run = {}, .rules = {"crash"}, .slots = {}};
    deliver_to({target});
    alert("crash", 1);
    ASSERT_TRUE(counted("delivered", 1));
    settle();
    delivery.reset();
    logger.raise("crash", 2);
    logger.raise("memory", 3);
    for (std::uint64_t seq = 4; seq < 40; ++seq) logger.raise("crash", seq);
    deliver_to({target});
    ASSERT_TRUE(counted("delivered", 37)) << "more than wait here at once";
    ASSERT_EQ(server.requests.size(), 38u);
    EXPECT_THAT(server.requests[1], HasSubstr("-2-crash")) << "and the first not again";
    EXPECT_THAT(server.requests[37], HasSubstr("-39-crash"));
    settle();
    EXPECT_EQ(logger.delivered, (std::map<std::string, std::uint64_t>{{target.key(), 39}}));
    EXPECT_EQ(delivery->counters()["alerts"]["waiting"], 0);
}

TEST_F(AlertDeliveryTest, WhatIsUnderWayWhenThePortalEndsIsDeliveredByTheNext)
{
    const AlertTarget target{.url = server.url(), .run = {}, .rules = {}, .slots = {}};
    server.answers = {"503 Busy", "200 OK"};
    deliver_to({target});
    alert();
    while (server.requests.empty()) io.run_one();
    delivery.reset();
    deliver_to({target});
    EXPECT_TRUE(counted("delivered", 1));
}

TEST_F(AlertDeliveryTest, ALoggerThatIsDownIsAskedAgainWhenItIsBack)
{
    deliver_to({{.url = server.url(), .run = {}, .rules = {}, .slots = {}}});
    logger.is_down = true;
    alert();
    settle();
    EXPECT_EQ(delivery->counters()["alerts"]["waiting"], 1);
    logger.is_down = false;
    beat();
    EXPECT_TRUE(counted("delivered", 1));
}

TEST_F(AlertDeliveryTest, ALoggerWhoseStateWasDeletedIsFollowedAnew)
{
    deliver_to({{.url = server.url(), .run = {}, .rules = {}, .slots = {}}});
    for (std::uint64_t seq = 1; seq < 4; ++seq) alert("crash", seq);
    ASSERT_TRUE(counted("delivered", 3));
    settle();
    logger.reports.clear();
    logger.delivered.clear();
    beat();
    settle();
    alert("crash", 7);
    EXPECT_TRUE(counted("delivered", 4));
}

TEST_F(AlertDeliveryTest, ASlowServerIsGivenUpInTimeAndDelaysNoOther)
{
    HookServer slow{io};
    slow.answers = {"-"};
    deliver_to({{.url = slow.url(), .run = {}, .rules = {}, .slots = {}},
                {.url = server.url(), .run = {}, .rules = {}, .slots = {}}},
               1s, at_once);
    for (std::uint64_t i = 1; i <= 2; ++i) alert("crash", i);
    ASSERT_TRUE(counted("delivered", 2)) << "while the slow one holds its first";
    ASSERT_TRUE(counted("failed", 2));
    EXPECT_EQ(slow.requests.size(), 2u);
}

TEST_F(AlertDeliveryTest, AServerThatIsDownIsFailedOn)
{
    std::string url;
    {
        HookServer gone{io};
        url = gone.url();
    }
    deliver_to({{.url = url, .run = {}, .rules = {}, .slots = {}}}, 10s, at_once);
    alert();
    EXPECT_TRUE(counted("failed", 1));
}

TEST_F(AlertDeliveryTest, FollowsNoRedirectAndAsksNotAgainForWhatIsRefused)
{
    for (const char* answer : {"302 Found", "307 Temporary Redirect", "404 Not Found"}) {
        server.requests.clear();
        server.answers = {answer};
        deliver_to({{.url = server.url(), .run = {}, .rules = {}, .slots = {}}});
        alert();
        ASSERT_TRUE(counted("failed", 1)) << answer;
        EXPECT_EQ(server.requests.size(), 1u) << answer;
    }
}

TEST_F(AlertDeliveryTest, ACommandGetsTheAlertOnItsInputAndNoShell)
{
    const auto out = folder + "/$(touch x);out";
    deliver_to({{.url = {}, .run = {"/usr/bin/tee", out}, .rules = {}, .slots = {}}});
    alert();
    ASSERT_TRUE(counted("delivered", 1));
    EXPECT_THAT(file("$(touch x);out"), HasSubstr(R"("id":"9f86d081884c7d65-57-crash")"));
}

TEST_F(AlertDeliveryTest, ACommandHasNothingOfOursOpenAndNothingOfOurEnvironment)
{
    const auto script = "ls /proc/self/fd > " + folder + "/open; env > " + folder + "/env";
    ::setenv("RFC2217_TEST_SECRET", "x", 1);
    const int held = ::dup(0); // would be inherited
    deliver_to({{.url = {}, .run = {"/bin/sh", "-c", script}, .rules = {}, .slots = {}}});
    alert();
    ASSERT_TRUE(counted("delivered", 1));
    ::close(held);
    EXPECT_EQ(file("open"), "0\n1\n2\n3\n") << "3 is ls's own";
    EXPECT_THAT(file("env"), testing::Not(HasSubstr("RFC2217_TEST_SECRET")));
}

TEST_F(AlertDeliveryTest, ACommandThatHangsIsKilledWithItsChildren)
{
    const auto script = "sleep 1000 & echo $! > " + folder + "/child; wait";
    deliver_to({{.url = {}, .run = {"/bin/sh", "-c", script}, .rules = {}, .slots = {}}}, 1s,
               at_once);
    alert();
    ASSERT_TRUE(counted("failed", 1));
    const auto stat = "/proc/" + std::to_string(std::stoi(file("child"))) + "/stat";
    const auto ended = [&] {
        std::ifstream in(stat);
        std::string text;
        std::getline(in, text);
        return text.empty() || text.find(") Z ") != std::string::npos;
    };
    const auto deadline = std::chrono::steady_clock::now() + 20s;
    while (!ended() && std::chrono::steady_clock::now() < deadline) io.run_one_for(20ms);
    EXPECT_TRUE(ended());
}

TEST_F(AlertDeliveryTest, ACommandThatIsNotThereOrFailsIsCounted)
{
    deliver_to({{.url = {}, .run = {"/nonexistent/x"}, .rules = {}, .slots = {}},
                {.url = {}, .run = {"/bin/false"}, .rules = {}, .slots = {}}},
               10s, at_once);
    alert();
    EXPECT_TRUE(counted("failed", 2));
}

TEST_F(AlertDeliveryTest, EndsWithThingsUnderWay)
{
    server.answers = {"-"};
    deliver_to({{.url = server.url(), .run = {}, .rules = {}, .slots = {}},
                {.url = {}, .run = {"/bin/sleep", "1000"}, .rules = {}, .slots = {}}});
    alert();
    const auto deadline = std::chrono::steady_clock::now() + 20s;
    while (server.requests.empty() && std::chrono::steady_clock::now() < deadline)
        io.run_one_for(50ms);
    EXPECT_EQ(server.requests.size(), 1u);
    delivery.reset();
    settle();
}

} // namespace
} // namespace portald
