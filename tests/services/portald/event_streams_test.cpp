#include "portald/event_streams.hpp"

#include <gmock/gmock.h>

#include "test_server.hpp"

namespace {

using namespace std::chrono_literals;
using portald::EventStreams;
using portald::FeedSeats;
using testing::HasSubstr;

/// Streams of a real web server; each is welcome at once.
struct EventStreamsTest : testing::Test {
    std::string until(HttpPeer& peer, const std::string& end)
    {
        std::string all;
        while (all.find(end) == std::string::npos) {
            const auto more = peer.some();
            if (more.empty()) return all + "(closed)";
            all += more;
        }
        return all;
    }
    void ask(HttpPeer& peer) { peer.send("GET /api/events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"); }

    FeedSeats seats;
    std::atomic<int> left = 0;
    EventStreams streams{seats,
                         [this](auto id) {
                             streams.welcome(id);
                             streams.send(id, text(R"({"type":"begin"})"));
                         },
                         [this] { ++left; }, 50ms};
    TestServer server{[this](const portald::Request& request) { return streams.open(request); }};
};

TEST_F(EventStreamsTest, SendTheStateThenWhatIsNewAndASignOfLife)
{
    HttpPeer peer(server.port());
    ask(peer);
    const auto begin = until(peer, ": beat\n\n");
    EXPECT_THAT(begin, HasSubstr("Content-Type: text/event-stream\r\n"));
    EXPECT_THAT(begin, HasSubstr("event: begin\ndata: {\"type\":\"begin\"}\n\n"));
    streams.broadcast(text(R"({"type":"slot","n":1})"));
    EXPECT_THAT(until(peer, "n\":1"), HasSubstr("event: slot\ndata: {\"type\":\"slot\",\"n\":1}"));
}

TEST_F(EventStreamsTest, AreForgottenWhenTheClientHasGone)
{
    {
        HttpPeer peer(server.port());
        ask(peer);
        until(peer, "begin");
        EXPECT_EQ(streams.count(), 1u);
    }
    EXPECT_TRUE(wait_until([&] { return streams.count() == 0 && left == 1; }));
}

TEST_F(EventStreamsTest, OfAClientThatDoesNotReadEnd)
{
    HttpPeer stalled(server.port(), 4096);
    ask(stalled);
    ASSERT_TRUE(wait_until([&] { return streams.count() == 1; }));
    EXPECT_TRUE(wait_until([&] {
        streams.broadcast(text(R"({"type":"x","y":")" + std::string(100'000, '.') + "\"}"));
        return streams.count() == 0;
    }));
}

TEST_F(EventStreamsTest, TakeAPlaceAmongThoseWhoWatch)
{
    std::vector<std::shared_ptr<void>> taken;
    for (std::size_t i = 0; i < FeedSeats::most_of_one; ++i)
        taken.push_back(seats.take("127.0.0.1"));
    EXPECT_THAT(server.get("/api/events"), testing::StartsWith("HTTP/1.1 503 "));
    taken.clear();
    HttpPeer peer(server.port());
    ask(peer);
    EXPECT_THAT(until(peer, "begin"), testing::StartsWith("HTTP/1.1 200 "));
}

TEST_F(EventStreamsTest, EndWhenThePortalIsStopped)
{
    HttpPeer peer(server.port());
    ask(peer);
    until(peer, "begin");
    streams.close();
    EXPECT_TRUE(wait_until([&] { return streams.count() == 0; }));
    EXPECT_THAT(server.get("/api/events"), testing::StartsWith("HTTP/1.1 503 "));
}

} // namespace
