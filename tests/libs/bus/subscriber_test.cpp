#include "bus/subscriber.hpp"

#include "libs/bus/bus_test.hpp"

namespace {

using bus_test::Json;
using bus_test::Peer;
using Side = bus_test::Peer::Side;

class Subscriber : public bus_test::Bus {
protected:
    std::unique_ptr<bus::Subscriber> make_subscriber(std::vector<contract::Event>& to)
    {
        return std::make_unique<bus::Subscriber>(
            io, context, events(), [&](const contract::Event& event) { to.push_back(event); });
    }
    static std::string header(std::uint64_t seq)
    {
        contract::Header header;
        header.source = "bridged";
        header.stamp = {"0123456789abcdef", seq};
        return contract::format_header(header);
    }

    std::vector<contract::Event> got;
};

TEST_F(Subscriber, ParsesEvents)
{
    const auto publisher = make_publisher();
    const auto subscriber = make_subscriber(got);
    subscriber->subscribe("slot.");
    ASSERT_TRUE(until([&] { return publisher->wanted("slot."); }));
    publisher->publish("state", "device.added/", Json::object());
    const auto stamp = publisher->publish("state", "slot.removed/A/", {{"slot", "A"}});

    ASSERT_TRUE(until([&] { return !got.empty(); }));
    EXPECT_EQ(got[0].topic, "slot.removed/A/");
    EXPECT_EQ(got[0].header.stamp, stamp);
    EXPECT_EQ(contract::body<contract::SlotRemoved>(got[0]).slot, "A");
    EXPECT_EQ(subscriber->malformed(), 0U);
}

TEST_F(Subscriber, StopsWhatItUnsubscribes)
{
    const auto publisher = make_publisher();
    const auto subscriber = make_subscriber(got);
    subscriber->subscribe("slot.");
    subscriber->subscribe("device.");
    ASSERT_TRUE(until([&] { return publisher->wanted("slot.") && publisher->wanted("device."); }));
    subscriber->unsubscribe("slot.");
    ASSERT_TRUE(until([&] { return !publisher->wanted("slot."); }));
    publisher->publish("state", "slot.changed/A/", Json::object());
    publisher->publish("state", "device.added/", Json::object());

    ASSERT_TRUE(until([&] { return !got.empty(); }));
    EXPECT_EQ(got[0].topic, "device.added/");
}

TEST_F(Subscriber, WaitsForAPublisherAndFindsItAgain)
{
    const auto subscriber = make_subscriber(got);
    subscriber->subscribe("slot.");
    for (const auto* const life : {"first", "second"}) {
        const auto publisher = make_publisher();
        ASSERT_TRUE(until([&] { return publisher->wanted("slot."); })) << life;
        publisher->publish("state", "slot.changed/A/", {{"life", life}});
        ASSERT_TRUE(until([&] { return !got.empty(); })) << life;
        EXPECT_EQ(got.back().body, std::string(R"({"life":")") + life + "\"}");
        got.clear();
    }
}

TEST_F(Subscriber, CountsWhatIsNoEvent)
{
    Peer publisher(io, context, zmq::socket_type::xpub, Side::binds, events());
    const auto subscriber = make_subscriber(got);
    subscriber->subscribe("");
    ASSERT_TRUE(until([&] { return !publisher.received.empty(); }));
    publisher.send({"slot.changed/A/"});
    publisher.send({"slot.changed/A/", header(1)});
    publisher.send({"slot.changed/A/", header(1), "{}", "four"});
    publisher.send({"slot.changed/A/", "", "{}"});
    publisher.send({"slot.changed/A/", R"({"v":1})", "{}"});
    publisher.send({"slot.changed/A/", std::string(100'000, '['), "{}"});
    publisher.send({"slot.changed/A/", header(1), "{}"});

    ASSERT_TRUE(until([&] { return !got.empty(); }));
    EXPECT_EQ(subscriber->malformed(), 6U);
}

TEST_F(Subscriber, CountsWhatItsHandlerCannotRead)
{
    const auto publisher = make_publisher();
    int read = 0;
    bus::Subscriber subscriber(io, context, events(), [&](const contract::Event& event) {
        contract::body<contract::SlotRemoved>(event);
        ++read;
    });
    subscriber.subscribe("slot.");
    ASSERT_TRUE(until([&] { return publisher->wanted("slot."); }));
    publisher->publish("state", "slot.removed/A/", {{"slot", 7}});
    publisher->publish("state", "slot.removed/A/", {{"slot", "A"}});

    ASSERT_TRUE(until([&] { return read == 1; }));
    EXPECT_EQ(subscriber.malformed(), 1U);
}

TEST_F(Subscriber, OutlivesAnOversizedMessage)
{
    Peer publisher(io, context, zmq::socket_type::xpub, Side::binds, events());
    const auto subscriber = make_subscriber(got);
    subscriber->subscribe("slot.");
    ASSERT_TRUE(until([&] { return publisher.received.size() == 1; }));
    publisher.send({"slot.changed/A/", header(1), std::string((1U << 20U) + 1, 'x')});

    // The connection is dropped for it, and made again.
    ASSERT_TRUE(until([&] { return publisher.received.size() == 3; }));
    publisher.send({"slot.changed/A/", header(2), "{}"});
    ASSERT_TRUE(until([&] { return !got.empty(); }));
    EXPECT_EQ(got[0].header.stamp.seq, 2U);
}

} // namespace
