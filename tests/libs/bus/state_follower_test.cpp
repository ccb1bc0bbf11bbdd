#include "bus/state_follower.hpp"

#include "libs/bus/bus_test.hpp"

namespace {

using bus_test::Json;
using contract::Event;
using contract::Heartbeat;
using Repeats = bus::Responder::Repeats;

/// A daemon whose whole state is one number.
class Daemon {
public:
    Daemon(asio::io_context& io, zmq::context_t& context, const std::string& folder)
        : publisher(io, context, {contract::events_endpoint(folder, "bridged")}, "bridged"),
          responder(io, context, contract::requests_endpoint(folder, "bridged"), "bridged", "1")
    {
        responder.on("snapshot", Repeats::run_again,
                     [this](const contract::Request&, const bus::Answer& answer) {
                         ++snapshots;
                         if (snapshots <= refusals)
                             return answer.error(contract::ErrorCode::internal, "not now");
                         Json body = publisher.last("state");
                         body["number"] = number;
                         answer.ok(body);
                     });
    }

    void set(int value)
    {
        number = value;
        publisher.publish("state", "slot.changed/A/", {{"number", value}});
    }
    /// As if PUB had dropped it at its high-water mark.
    void set_and_lose(int value)
    {
        number = value;
        auto stamp = publisher.last("state");
        ++stamp.seq;
        publisher.advance("state", stamp);
    }

    int number = 0;
    int snapshots = 0;
    int refusals = 0; // so many snapshots are refused first
    bus::Publisher publisher;
    bus::Responder responder;
};

class StateFollower : public bus_test::Bus {
protected:
    std::unique_ptr<Daemon> start(int number)
    {
        auto daemon = std::make_unique<Daemon>(io, context, folder);
        daemon->number = number;
        return daemon;
    }
    std::unique_ptr<bus::StateFollower> follow()
    {
        bus::StateFollower::Handlers handlers;
        handlers.snapshot = [this](const Json& body) { read(body); };
        handlers.event = [this](const Event& event) {
            read(contract::parse_json(event.body, event.topic));
            ++events_applied;
        };
        handlers.heartbeat = [this](const Heartbeat& heartbeat) {
            heartbeats.push_back(heartbeat);
        };
        return std::make_unique<bus::StateFollower>(
            io, context, folder, "bridged", std::vector<std::string>{"slot."}, handlers,
            [this](const std::string& text) { complaints.push_back(text); });
    }
    void read(const Json& body)
    {
        const auto value = contract::Fields(body, "test").number<int>("number");
        if (value == unreadable) throw contract::BadMessage("cannot read this");
        known = value;
    }
    bool until_known(int value)
    {
        return until([&] { return known == value; });
    }
    /// In step, and the subscriptions have reached the daemon.
    bool until_settled(const bus::StateFollower& follower, const Daemon& daemon)
    {
        return until([&] {
            return follower.in_sync() && daemon.publisher.wanted("slot.changed/A/") &&
                   !heartbeats.empty();
        });
    }

    int known = -1;
    int unreadable = -2;
    int events_applied = 0;
    std::vector<Heartbeat> heartbeats;
    std::vector<std::string> complaints;
};

TEST_F(StateFollower, JoinsLateAndFollows)
{
    const auto daemon = start(0);
    daemon->set(4);
    daemon->set(5);
    const auto follower = follow();
    ASSERT_TRUE(until_known(5));
    ASSERT_TRUE(until_settled(*follower, *daemon));

    daemon->set(6);
    daemon->set(7);
    ASSERT_TRUE(until_known(7));
    EXPECT_EQ(events_applied, 2);
    EXPECT_TRUE(follower->last_heard().has_value());
    EXPECT_TRUE(complaints.empty());
}

TEST_F(StateFollower, WaitsForTheDaemon)
{
    const auto follower = follow();
    io.poll();
    EXPECT_FALSE(follower->in_sync());
    EXPECT_FALSE(follower->last_heard().has_value());
    const auto daemon = start(3);
    EXPECT_TRUE(until_known(3));
    EXPECT_TRUE(complaints.empty());
}

TEST_F(StateFollower, HealsALostEventWithOneMoreSnapshot)
{
    const auto daemon = start(1);
    const auto follower = follow();
    ASSERT_TRUE(until_settled(*follower, *daemon));
    const auto before = daemon->snapshots;

    daemon->set_and_lose(2);
    daemon->set(3);
    ASSERT_TRUE(until([&] { return known == 3 && follower->in_sync(); }));
    EXPECT_EQ(daemon->snapshots, before + 1);
    EXPECT_EQ(events_applied, 0);
    daemon->set(4);
    ASSERT_TRUE(until_known(4));
    EXPECT_EQ(events_applied, 1);
    EXPECT_EQ(daemon->snapshots, before + 1);
}

TEST_F(StateFollower, HealsALostLastEventByTheHeartbeat)
{
    const auto daemon = start(1);
    const auto follower = follow();
    ASSERT_TRUE(until_settled(*follower, *daemon));
    daemon->set_and_lose(2);
    EXPECT_TRUE(until_known(2));
}

TEST_F(StateFollower, HealsWhenTheDaemonIsStartedAnew)
{
    auto daemon = start(1);
    const auto follower = follow();
    ASSERT_TRUE(until_settled(*follower, *daemon));
    daemon->set(9); // so that the new one's numbers are behind
    ASSERT_TRUE(until_known(9));
    for (int life = 20; life < 23; ++life) {
        daemon.reset();
        daemon = start(life); // publishes nothing: its heartbeat alone must tell
        ASSERT_TRUE(until_known(life));
    }
    ASSERT_TRUE(until([&] { return follower->in_sync(); }));
    EXPECT_TRUE(complaints.empty());
}

TEST_F(StateFollower, HealsWhenTheDaemonDiesWithTheQuestion)
{
    auto daemon = start(1);
    std::optional<bus::Answer> never;
    daemon->responder.on(
        "snapshot", Repeats::run_again,
        [&](const contract::Request&, const bus::Answer& answer) { never = answer; });
    const auto follower = follow();
    ASSERT_TRUE(until([&] { return never.has_value(); }));
    daemon.reset();
    daemon = start(2);
    EXPECT_TRUE(until_known(2));
}

TEST_F(StateFollower, IgnoresOtherStreamsInTheHeartbeat)
{
    const auto daemon = start(1);
    const auto follower = follow();
    ASSERT_TRUE(until_settled(*follower, *daemon));
    const auto before = daemon->snapshots;
    daemon->publisher.advance("serial/A", {contract::new_epoch(), 500});
    ASSERT_TRUE(until([&] { return heartbeats.back().streams.contains("serial/A"); }));

    daemon->set(2);
    ASSERT_TRUE(until_known(2));
    EXPECT_EQ(daemon->snapshots, before);
    EXPECT_EQ(events_applied, 1);
}

TEST_F(StateFollower, AsksAgainWhenItIsRefusedAndComplainsOnce)
{
    const auto daemon = start(1);
    daemon->refusals = 3;
    const auto follower = follow();
    ASSERT_TRUE(until_known(1));
    EXPECT_EQ(complaints, (std::vector<std::string>{"not now"}));
}

TEST_F(StateFollower, AsksAgainWhenAnEventCannotBeRead)
{
    const auto daemon = start(1);
    const auto follower = follow();
    ASSERT_TRUE(until_settled(*follower, *daemon));
    daemon->publisher.publish("state", "slot.changed/A/", {{"number", "many"}});
    daemon->number = 2;
    ASSERT_TRUE(until_known(2));
    ASSERT_EQ(complaints.size(), 1U);
    EXPECT_NE(complaints[0].find("number"), std::string::npos) << complaints[0];
}

TEST_F(StateFollower, AsksAgainWhenASnapshotCannotBeReadAndComplainsOnce)
{
    const auto daemon = start(1);
    unreadable = 1;
    const auto follower = follow();
    ASSERT_TRUE(until([&] { return daemon->snapshots >= 3; }));
    EXPECT_FALSE(follower->in_sync());
    EXPECT_EQ(complaints, (std::vector<std::string>{"cannot read this"}));
    daemon->set(2);
    EXPECT_TRUE(until_known(2));
}

TEST_F(StateFollower, LendsItsRequester)
{
    const auto daemon = start(1);
    const auto follower = follow();
    std::optional<contract::Reply> answer;
    follower->requester().call(
        "ping", {}, [&](contract::Reply reply) { answer = reply; }, std::chrono::seconds(20));
    ASSERT_TRUE(until([&] { return answer.has_value(); }));
    EXPECT_EQ(bus_test::result_of(*answer), (Json{{"pong", true}}));
}

} // namespace
