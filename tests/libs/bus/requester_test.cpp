#include "bus/requester.hpp"

#include "libs/bus/bus_test.hpp"

namespace {

using bus_test::error_of;
using bus_test::Json;
using bus_test::Peer;
using bus_test::result_of;
using contract::ErrorCode;
using contract::Reply;
using Side = bus_test::Peer::Side;
using namespace std::chrono_literals;

class Requester : public bus_test::Bus {
protected:
    /// Keeps replies in the order in which they come.
    bus::Requester::ReplyHandler keep()
    {
        return [this](Reply reply) { replies.push_back(std::move(reply)); };
    }
    std::unique_ptr<bus::Requester> make_requester()
    {
        return std::make_unique<bus::Requester>(io, context, requests(), "bridged");
    }
    Peer make_router() { return {io, context, zmq::socket_type::router, Side::binds, requests()}; }
    static contract::Request request(const Peer::Message& message)
    {
        return contract::parse_request(message.at(2));
    }
    static Peer::Message reply_to(const Peer::Message& message, const Json& result)
    {
        return {message[0], "", contract::format_reply({request(message).id, result, {}})};
    }

    std::vector<Reply> replies;
    std::unique_ptr<bus::Requester> requester = make_requester();
};

TEST_F(Requester, GetsTheReply)
{
    const auto responder = make_responder();
    responder->on("echo", bus::Responder::Repeats::run_again,
                  [](const contract::Request& asked, const bus::Answer& answer) {
                      answer.ok(asked.args, {asked.bytes, "more"});
                  });
    requester->call("echo", {{"slot", "A"}}, keep(), 20s, std::string("\0x", 2));
    EXPECT_EQ(requester->pending(), 1U);

    ASSERT_TRUE(until([&] { return !replies.empty(); }));
    EXPECT_EQ(result_of(replies[0]), (Json{{"slot", "A"}}));
    EXPECT_EQ(replies[0].frames, (std::vector<std::string>{std::string("\0x", 2), "more"}));
    EXPECT_EQ(requester->pending(), 0U);
}

TEST_F(Requester, WaitsForAPeerThatComesLaterAndKeepsTheOrder)
{
    for (int i = 0; i < 12; ++i) requester->call("n", {{"n", i}}, keep(), 20s);
    io.poll();
    auto router = make_router();
    ASSERT_TRUE(until([&] { return router.received.size() == 12; }));
    for (int i = 0; i < 12; ++i) {
        const auto& message = router.received[std::size_t(i)];
        EXPECT_EQ(request(message).args, (Json{{"n", i}}));
        router.send(reply_to(message, {{"n", i}}));
    }
    ASSERT_TRUE(until([&] { return replies.size() == 12; }));
    EXPECT_EQ(result_of(replies[11]), (Json{{"n", 11}}));
}

TEST_F(Requester, EndsAtTheDeadlineNamingTheDaemon)
{
    requester->call("ping", {}, keep(), 1ms);
    ASSERT_TRUE(until([&] { return !replies.empty(); }));
    EXPECT_EQ(error_of(replies[0]).code, ErrorCode::timeout);
    EXPECT_EQ(error_of(replies[0]).message, "bridged does not answer");
}

TEST_F(Requester, NeverSendsARequestAfterItsDeadline)
{
    requester->call("late", {}, keep(), 1ms);
    ASSERT_TRUE(until([&] { return replies.size() == 1; }));
    auto router = make_router();
    requester->call("in_time", {}, keep(), 20s);
    ASSERT_TRUE(until([&] { return !router.received.empty(); }));
    EXPECT_EQ(request(router.received[0]).verb, "in_time");
}

TEST_F(Requester, EndsAtTheDeadlineWhenThePeerDiesWithTheRequest)
{
    auto router =
        std::make_unique<Peer>(io, context, zmq::socket_type::router, Side::binds, requests());
    requester->call("ping", {}, keep(), 500ms);
    ASSERT_TRUE(until([&] { return !router->received.empty() || !replies.empty(); }));
    router.reset();
    ASSERT_TRUE(until([&] { return !replies.empty(); }));
    EXPECT_EQ(error_of(replies[0]).code, ErrorCode::timeout);
}

// What is sent before the old one's death was noticed is lost with it, so ask more than once.
TEST_F(Requester, FindsAPeerAgainThatWasStartedAnew)
{
    for (int life = 0; life < 3; ++life) {
        const auto responder = make_responder();
        bool answered = false;
        ASSERT_TRUE(until([&] {
            if (requester->pending() == 0)
                requester->call(
                    "ping", {}, [&](const Reply& reply) { answered |= reply.result.index() == 0; },
                    300ms);
            return answered;
        }));
    }
}

TEST_F(Requester, FindsAPeerAgainThatSentAnOversizedReply)
{
    auto router = make_router();
    requester->call("ping", {}, keep(), 20s);
    ASSERT_TRUE(until([&] { return router.received.size() == 1; }));
    router.send({router.received[0][0], "", std::string((1U << 20U) + 1, 'x')});

    // The connection is dropped for it, and made again.
    ASSERT_TRUE(until([&] {
        if (requester->pending() < 2) requester->call("again", {}, keep(), 300ms);
        return router.received.size() > 1 && router.received.back()[0] != router.received[0][0];
    }));
}

TEST_F(Requester, DropsALateReply)
{
    auto router = make_router();
    requester->call("ping", {}, keep(), 20s);
    ASSERT_TRUE(until([&] { return router.received.size() == 1; })); // connected
    requester->call("late", {}, keep(), 1ms);
    ASSERT_TRUE(until([&] { return router.received.size() == 2 && !replies.empty(); }));
    EXPECT_EQ(error_of(replies[0]).code, ErrorCode::timeout);

    router.send(reply_to(router.received[1], {{"too", "late"}}));
    router.send(reply_to(router.received[0], {{"in", "time"}}));
    ASSERT_TRUE(until([&] { return requester->pending() == 0; }));
    ASSERT_EQ(replies.size(), 2U);
    EXPECT_EQ(result_of(replies[1]), (Json{{"in", "time"}}));
}

TEST_F(Requester, DropsForeignRepeatedAndMalformedReplies)
{
    auto router = make_router();
    requester->call("first", {}, keep(), 20s);
    requester->call("second", {}, keep(), 20s);
    ASSERT_TRUE(until([&] { return router.received.size() == 2; }));
    const auto identity = router.received[0][0];
    router.send({identity, "", R"({"v":1,"id":"foreign","ok":{}})"});
    router.send({identity, "", "{"});
    router.send({identity, ""});
    router.send({identity, "no delimiter", R"({"v":1,"id":"foreign","ok":{}})"});
    router.send({identity});
    router.send(reply_to(router.received[0], {{"n", 1}}));
    router.send(reply_to(router.received[0], {{"n", 1}}));
    router.send(reply_to(router.received[1], {{"n", 2}}));

    ASSERT_TRUE(until([&] { return requester->pending() == 0; }));
    ASSERT_EQ(replies.size(), 2U);
    EXPECT_EQ(result_of(replies[1]), (Json{{"n", 2}}));
}

TEST_F(Requester, EndsEachOfManyCallsOnce)
{
    const auto responder = make_responder();
    for (int i = 0; i < 200; ++i) requester->call("ping", {}, keep(), 20s);
    ASSERT_TRUE(until([&] { return replies.size() == 200; }));
    EXPECT_EQ(requester->pending(), 0U);
    for (const auto& reply : replies) EXPECT_EQ(result_of(reply), (Json{{"pong", true}}));
}

TEST_F(Requester, MayCallAgainFromItsHandler)
{
    const auto responder = make_responder();
    requester->call(
        "ping", {}, [&](const Reply&) { requester->call("version", {}, keep(), 20s); }, 20s);
    ASSERT_TRUE(until([&] { return !replies.empty(); }));
    EXPECT_EQ(result_of(replies[0]).at("daemon"), "bridged");
}

TEST_F(Requester, MayBeDestroyedByAReply)
{
    const auto responder = make_responder();
    requester->call(
        "ping", {}, [&](const Reply&) { requester.reset(); }, 20s);
    requester->call("ping", {}, keep(), 20s);
    ASSERT_TRUE(until([&] { return !requester; }));
    io.poll();
    EXPECT_TRUE(replies.empty());
}

TEST_F(Requester, MayBeDestroyedByATimeout)
{
    requester->call(
        "ping", {}, [&](const Reply&) { requester.reset(); }, 1ms);
    EXPECT_TRUE(until([&] { return !requester; }));
}

TEST_F(Requester, DropsItsCallsWhenDestroyed)
{
    requester->call("ping", {}, keep(), 0ms);
    requester.reset();
    io.poll();
    EXPECT_TRUE(replies.empty());
}

} // namespace
