#include "portald/live_feed.hpp"

#include <list>

#include <gmock/gmock.h>

#include "test_server.hpp"

namespace {

using portald::FeedSeats;
using portald::LiveFeed;
using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

portald::Response none(const portald::Request&)
{
    return {404, "text/plain", "none"};
}

TEST(LiveFeed, BroadcastsReachAllWhoWatch)
{
    TestServer server(none);
    HttpPeer first(server.port()), second(server.port());
    ASSERT_THAT(first.upgrade(), StartsWith("HTTP/1.1 101 "));
    ASSERT_THAT(second.upgrade(), StartsWith("HTTP/1.1 101 "));
    ASSERT_TRUE(wait_until([&] { return server.opened() == 2; }));

    server.feed().broadcast(text("news"));

    EXPECT_EQ(first.text(), "news");
    EXPECT_EQ(second.text(), "news");
}

TEST(LiveFeed, MessagesToOneReachOnlyThatOneInOrder)
{
    std::atomic<LiveFeed::Id> id = 0;
    LiveFeed feed([&](LiveFeed::Id one) { id = one; }, [] {});
    const portald::FrontDoor door(daemonkit::AccessList::lan(), {"bench-pi", {}});
    const portald::WebServer server({.bind = "127.0.0.1", .threads = 4}, door, none, feed);
    HttpPeer peer(server.port());
    peer.upgrade();
    ASSERT_TRUE(wait_until([&] { return id != 0; }));

    for (int i = 0; i < 200; ++i) feed.send(id, text(std::to_string(i) + std::string(1000, '.')));
    feed.broadcast(text("before it is welcome"));
    feed.send(id + 1, text("for somebody else"));
    feed.welcome(id);
    feed.broadcast(text("end"));

    for (int i = 0; i < 200; ++i) EXPECT_THAT(peer.text(), StartsWith(std::to_string(i) + "."));
    EXPECT_EQ(peer.text(), "end");
}

TEST(LiveFeed, AnswersPings)
{
    TestServer server(none);
    HttpPeer peer(server.port());
    peer.upgrade();
    peer.send_frame(9, "are you there");

    const auto pong = peer.frame();
    EXPECT_EQ(pong.opcode, 10);
    EXPECT_EQ(pong.payload, "are you there");
}

TEST(LiveFeed, AForeignOriginIsRefusedAtTheHandshake)
{
    TestServer server(none);
    HttpPeer peer(server.port());
    EXPECT_THAT(peer.upgrade("Origin: http://evil.example\r\n"), StartsWith("HTTP/1.1 403 "));
    EXPECT_EQ(server.feed().count(), 0u);
}

TEST(LiveFeed, ThoseWhoLeaveAreForgotten)
{
    TestServer server(none);
    {
        HttpPeer leaving(server.port());
        leaving.upgrade();
        ASSERT_TRUE(wait_until([&] { return server.opened() == 1; }));
        server.feed().broadcast(text("news"));
    }
    EXPECT_TRUE(wait_until([&] { return server.feed().count() == 0 && server.closed() == 1; }));
    server.feed().broadcast(text("nobody hears this"));
}

TEST(LiveFeed, HandshakesThatFailHoldNoPlace)
{
    TestServer server(none);
    HttpPeer peer(server.port());
    peer.ask("GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
             "Sec-WebSocket-Version: 12\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
    EXPECT_EQ(server.feed().count(), 0u);
}

TEST(LiveFeed, The65thIsRefusedWithAText)
{
    TestServer server(none, 72);
    std::list<HttpPeer> peers;
    for (std::size_t i = 0; i < FeedSeats::most; ++i) {
        peers.emplace_back(server.port(), 0, i % 2 == 0 ? "127.0.0.1" : "127.0.0.2");
        ASSERT_THAT(peers.back().upgrade(), StartsWith("HTTP/1.1 101 ")) << i;
    }

    HttpPeer last(server.port());
    EXPECT_THAT(last.upgrade(), StartsWith("HTTP/1.1 503 "));
    EXPECT_THAT(
        last.rest(),
        HasSubstr("64 pages are watching, or 52 of one address, which is the most; close one"));
    EXPECT_THAT(server.get("/ws"), HasSubstr("64 pages are watching")); // for the page to show
    EXPECT_THAT(server.get("/a"), StartsWith("HTTP/1.1 404 "));         // requests go on

    peers.pop_back();
    ASSERT_TRUE(wait_until([&] { return server.feed().seats().has_one_for("127.0.0.1"); }));
    EXPECT_THAT(HttpPeer(server.port()).upgrade(), StartsWith("HTTP/1.1 101 "));
}

TEST(LiveFeed, NoAddressHasNearlyAllPlaces)
{
    FeedSeats seats;
    std::vector<std::shared_ptr<void>> taken;
    for (std::size_t i = 0; i < FeedSeats::most_of_one; ++i) taken.push_back(seats.take("a"));
    EXPECT_FALSE(seats.take("a"));
    EXPECT_TRUE(seats.has_one_for("b"));
    for (auto i = FeedSeats::most_of_one; i < FeedSeats::most; ++i)
        taken.push_back(seats.take("b"));
    EXPECT_FALSE(seats.has_one_for("b"));
    taken.erase(taken.begin());
    EXPECT_TRUE(seats.take("a"));
}

TEST(LiveFeed, HandsOnWhatClientsSay)
{
    std::mutex mutex;
    std::vector<std::string> said;
    LiveFeed feed([](auto) {}, [] {},
                  [&](auto, std::string text) {
                      const std::lock_guard lock(mutex);
                      said.push_back(std::move(text));
                  });
    const portald::FrontDoor door(daemonkit::AccessList::lan(), {"bench-pi", {}});
    const portald::WebServer server({.bind = "127.0.0.1", .threads = 4}, door, none, feed);
    HttpPeer peer(server.port());
    peer.upgrade();
    peer.send_frame(1, "one");
    peer.send_frame(1, "two");
    const auto all = [&] {
        const std::lock_guard lock(mutex);
        return said;
    };
    EXPECT_TRUE(wait_until([&] { return all().size() == 2; }));
    EXPECT_THAT(all(), testing::ElementsAre("one", "two"));
}

TEST(LiveFeed, AClientThatSaysTooMuchIsClosed)
{
    std::atomic<int> said = 0;
    LiveFeed feed([](auto) {}, [] {}, [&](auto, const auto&) { ++said; });
    const portald::FrontDoor door(daemonkit::AccessList::lan(), {"bench-pi", {}});
    const portald::WebServer server({.bind = "127.0.0.1", .threads = 4}, door, none, feed);
    HttpPeer peer(server.port());
    peer.upgrade();
    EXPECT_TRUE(wait_until([&] {
        peer.send_frame(1, "again");
        return said >= LiveFeed::most_at_once;
    }));
    EXPECT_TRUE(wait_until([&] {
        for (int i = 0; i < 10; ++i) peer.send_frame(1, "again");
        return feed.count() == 0;
    }));
}

/// A stalled reader must cost the others nothing, and be closed once it lags 1 MiB.
TEST(LiveFeed, AStalledReaderHoldsNobodyUpAndIsClosed)
{
    TestServer server(none);
    HttpPeer stalled(server.port(), 4096);
    HttpPeer reading(server.port());
    stalled.upgrade();
    reading.upgrade();
    ASSERT_TRUE(wait_until([&] { return server.opened() == 2; }));

    const std::string padding(4000, '.');
    for (int i = 0; i < 300; ++i) { // 1.2 MB in all
        server.feed().broadcast(text(std::to_string(i) + padding));
        ASSERT_THAT(reading.text(), StartsWith(std::to_string(i) + "."));
    }

    EXPECT_TRUE(wait_until([&] { return server.feed().count() == 1; }));
    server.feed().broadcast(text("end"));
    EXPECT_EQ(reading.text(), "end");
}

/// civetweb does not look whether it should end while a frame is unfinished.
TEST(LiveFeed, AnUnfinishedFrameDoesNotKeepAClosedFeed)
{
    TestServer server(none);
    HttpPeer peer(server.port(), 4096);
    peer.upgrade();
    using namespace std::string_literals;
    peer.send("\x82\xe4\0\0\0\0x"s); // 100 bytes, it says, and here is the first
    ASSERT_TRUE(wait_until([&] { return server.opened() == 1; }));

    for (int i = 0; i < 300; ++i) server.feed().broadcast(text(std::string(4000, '.')));

    EXPECT_TRUE(wait_until([&] { return server.feed().count() == 0 && server.closed() == 1; }));
}

TEST(LiveFeed, AFrameThatHasNoEndIsNotReadForLong)
{
    TestServer server(none);
    HttpPeer peer(server.port());
    peer.upgrade();
    ASSERT_TRUE(wait_until([&] { return server.opened() == 1; }));
    using namespace std::string_literals;
    peer.send("\x82\xff\0\0\0\0\x40\0\0\0\0\0\0\0"s); // 1 GiB, masked with zeros
    peer.send(std::string(portald::FeedSocket::most_unfinished_bytes + 1, 'x'));

    EXPECT_TRUE(wait_until([&] { return server.feed().count() == 0; }));
    EXPECT_EQ(peer.text(), "");
}

TEST(LiveFeed, ManyWholeFramesAreFine)
{
    TestServer server(none);
    HttpPeer peer(server.port());
    peer.upgrade();
    ASSERT_TRUE(wait_until([&] { return server.opened() == 1; }));
    constexpr auto frames = 3 * portald::FeedSocket::most_unfinished_bytes / 100;
    for (std::uint64_t i = 0; i < frames; ++i) peer.send_frame(2, std::string(100, 'x'));
    peer.send_frame(9, "are you there");
    for (auto frame = peer.frame(); frame.opcode != 10; frame = peer.frame()) {
        ASSERT_NE(frame.opcode, -1);
    }

    server.feed().broadcast(text("news"));
    EXPECT_EQ(peer.text(), "news");
}

} // namespace
