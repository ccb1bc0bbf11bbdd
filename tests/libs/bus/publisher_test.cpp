#include "bus/publisher.hpp"

#include <algorithm>

#include "libs/bus/bus_test.hpp"

namespace {

using bus_test::Json;
using bus_test::Peer;
using Side = bus_test::Peer::Side;
using contract::Stamp;

class Publisher : public bus_test::Bus {
protected:
    std::unique_ptr<Peer> make_subscriber(const std::string& prefix)
    {
        auto peer =
            std::make_unique<Peer>(io, context, zmq::socket_type::sub, Side::connects, events());
        peer->zmq().set(zmq::sockopt::subscribe, prefix);
        return peer;
    }
    bool until_wanted(const std::string& topic)
    {
        return until([&] { return publisher->wanted(topic); });
    }
    static contract::Heartbeat heartbeat(const Peer::Message& message)
    {
        return contract::body<contract::Heartbeat>({message[0], {}, message[2]});
    }

    std::unique_ptr<bus::Publisher> publisher = make_publisher();
};

TEST_F(Publisher, SendsTopicHeaderAndBody)
{
    const auto peer = make_subscriber("slot.");
    ASSERT_TRUE(until_wanted("slot.changed/A/"));
    const auto stamp = publisher->publish("state", "slot.changed/A/", {{"label", "A"}});

    ASSERT_TRUE(until([&] { return !peer->received.empty(); }));
    const auto& event = peer->received[0];
    ASSERT_EQ(event.size(), 3U);
    EXPECT_EQ(event[0], "slot.changed/A/");
    EXPECT_EQ(event[2], R"({"label":"A"})");
    const auto header = contract::parse_header(event[1]);
    EXPECT_EQ(header.source, "bridged");
    EXPECT_EQ(header.stamp, stamp);
}

TEST_F(Publisher, NumbersEachStreamFromOneInItsOwnEpoch)
{
    EXPECT_EQ(publisher->last("state").seq, 0U);
    const auto first = publisher->publish("state", "slot.changed/A/", Json::object());
    const auto second = publisher->publish("state", "slot.changed/B/", Json::object());
    const auto other = publisher->publish("log/A", "log.line/A/", Json::object());
    EXPECT_EQ(first.seq, 1U);
    EXPECT_EQ(second, (Stamp{first.epoch, 2}));
    EXPECT_EQ(other.seq, 1U);
    EXPECT_NE(other.epoch, first.epoch);
    EXPECT_EQ(publisher->last("state"), second);
}

TEST_F(Publisher, BeginsANewEpochAtEachStart)
{
    const auto before = publisher->last("state");
    publisher.reset();
    EXPECT_NE(make_publisher()->last("state").epoch, before.epoch);
}

TEST_F(Publisher, SendsWhatWasNumberedElsewhere)
{
    const auto peer = make_subscriber("serial.");
    ASSERT_TRUE(until_wanted("serial.rx/A/"));
    const std::string bytes("\0\xff", 2);
    publisher->send("serial.rx/A/", "header", std::as_bytes(std::span(bytes)));

    ASSERT_TRUE(until([&] { return !peer->received.empty(); }));
    EXPECT_EQ(peer->received[0], (Peer::Message{"serial.rx/A/", "header", bytes}));
}

TEST_F(Publisher, KnowsWhatIsWanted)
{
    EXPECT_FALSE(publisher->wanted("serial.rx/A/"));
    const auto peer = make_subscriber("serial.rx/");
    ASSERT_TRUE(until_wanted("serial.rx/A/"));
    EXPECT_FALSE(publisher->wanted("serial.tx/A/"));

    peer->zmq().set(zmq::sockopt::unsubscribe, "serial.rx/");
    EXPECT_TRUE(until([&] { return !publisher->wanted("serial.rx/A/"); }));
}

TEST_F(Publisher, KnowsThatTheLastSubscriberWentAway)
{
    auto first = make_subscriber("serial.");
    ASSERT_TRUE(until_wanted("serial.rx/A/"));
    auto second = make_subscriber("serial.");
    second->zmq().set(zmq::sockopt::subscribe, "second.");
    ASSERT_TRUE(until_wanted("second."));

    second.reset();
    ASSERT_TRUE(until([&] { return !publisher->wanted("second."); }));
    EXPECT_TRUE(publisher->wanted("serial.rx/A/"));
    first.reset();
    EXPECT_TRUE(until([&] { return !publisher->wanted("serial.rx/A/"); }));
}

TEST_F(Publisher, SendsToEverySubscriber)
{
    const auto first = make_subscriber("slot.");
    const auto second = make_subscriber("slot.");
    second->zmq().set(zmq::sockopt::subscribe, "second.");
    const auto third = make_subscriber("device.");
    ASSERT_TRUE(until_wanted("slot."));
    ASSERT_TRUE(until_wanted("second."));
    ASSERT_TRUE(until_wanted("device."));
    publisher->publish("state", "slot.changed/A/", Json::object());
    publisher->publish("state", "device.added/", Json::object());

    ASSERT_TRUE(until([&] {
        return first->received.size() == 1 && second->received.size() == 1 &&
               third->received.size() == 1;
    }));
    EXPECT_EQ(third->received[0][0], "device.added/");
}

TEST_F(Publisher, GreetsEachNewcomerWithAHeartbeat)
{
    publisher->advance("serial/A", {"00000000000000ab", 7});
    publisher->set_counters([] { return Json{{"opens", 3}}; });
    const auto first = make_subscriber("heartbeat/");
    ASSERT_TRUE(until([&] { return !first->received.empty(); }));

    const auto& message = first->received[0];
    const auto body = heartbeat(message);
    EXPECT_EQ(body.streams.at("state"), publisher->last("state"));
    EXPECT_EQ(body.streams.at("serial/A"), (Stamp{"00000000000000ab", 7}));
    EXPECT_EQ(body.counters, (Json{{"opens", 3}}));
    EXPECT_EQ(contract::parse_header(message[1]).stamp, publisher->last("state"));

    const auto second = make_subscriber("heartbeat/");
    EXPECT_TRUE(until([&] { return !second->received.empty(); }));
}

TEST_F(Publisher, SendsAHeartbeatAfterAStreamsLastEventThoughAnotherIsBusy)
{
    const auto peer = make_subscriber("heartbeat/");
    ASSERT_TRUE(until([&] { return !peer->received.empty(); }));
    const auto stamp = publisher->publish("state", "slot.changed/A/", Json::object());

    std::uint64_t seq = 0;
    EXPECT_TRUE(until([&] {
        publisher->advance("serial/A", {"00000000000000ab", ++seq});
        return heartbeat(peer->received.back()).streams.at("state") == stamp;
    }));
}

TEST_F(Publisher, LeavesEndedStreamsOutOfHeartbeats)
{
    publisher->advance("serial/A", {"00000000000000ab", 7});
    publisher->end_stream("serial/A");
    publisher->end_stream("serial/never-begun");
    const auto peer = make_subscriber("heartbeat/");
    ASSERT_TRUE(until([&] { return !peer->received.empty(); }));
    EXPECT_FALSE(heartbeat(peer->received[0]).streams.contains("serial/A"));
}

TEST_F(Publisher, IgnoresAnOverlongSubscription)
{
    const auto peer = make_subscriber(std::string(257, 's'));
    peer->zmq().set(zmq::sockopt::subscribe, "after/"); // arrives behind it
    ASSERT_TRUE(until_wanted("after/"));
    EXPECT_FALSE(publisher->wanted("s"));
    EXPECT_FALSE(publisher->wanted(std::string(256, 's')));
}

TEST_F(Publisher, WantsEverythingOnceItCannotRememberAll)
{
    const auto peer = make_subscriber("0/");
    ASSERT_TRUE(until_wanted("0/"));
    EXPECT_FALSE(publisher->wanted("else/"));
    for (int i = 1; i <= 4096; ++i)
        peer->zmq().set(zmq::sockopt::subscribe, std::to_string(i) + "/");
    EXPECT_TRUE(until_wanted("else/"));
}

TEST_F(Publisher, OutlivesRubbishFromSubscribers)
{
    Peer rubbish(io, context, zmq::socket_type::xsub, Side::connects, events());
    rubbish.send({"\1slot."});
    ASSERT_TRUE(until_wanted("slot."));
    rubbish.send({"no subscription"});
    rubbish.send({""});
    rubbish.send({"\1", "in", "parts"});
    rubbish.send({"\1late."});
    ASSERT_TRUE(until_wanted("late."));
    Peer rude(io, context, zmq::socket_type::xsub, Side::connects, events());
    rude.send({"\1" + std::string(100'000, 'x')}); // libzmq drops the connection
    rude.send({"\1never."});
    publisher->publish("state", "slot.changed/A/", Json::object());
    EXPECT_TRUE(until([&] {
        return std::any_of(rubbish.received.begin(), rubbish.received.end(),
                           [](const auto& event) { return event[0] == "slot.changed/A/"; });
    }));
}

TEST_F(Publisher, BindsEveryEndpoint)
{
    const auto more = endpoint("more");
    const bus::Publisher both(io, context, {endpoint("other"), more}, "bridged");
    Peer peer(io, context, zmq::socket_type::sub, Side::connects, more);
    peer.zmq().set(zmq::sockopt::subscribe, "slot.");
    EXPECT_TRUE(until([&] { return both.wanted("slot."); }));
}

TEST_F(Publisher, ThrowsWhenAnEndpointCannotBeBound)
{
    EXPECT_THROW(bus::Publisher(io, context, {endpoint("no/folder")}, "x"), std::runtime_error);
}

} // namespace
