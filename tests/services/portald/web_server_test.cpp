#include "portald/web_server.hpp"

#include <gmock/gmock.h>

#include "test_server.hpp"

namespace {

using portald::Request;
using portald::Response;
using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

Response echo(const Request& request)
{
    return {200, "text/plain", request.method + " " + request.path + " " + request.body};
}

TEST(WebServer, AnswersWithTheSecurityHeadersAndClosesTheConnection)
{
    TestServer server(echo);

    EXPECT_THAT(server.get("/a"),
                AllOf(StartsWith("HTTP/1.1 200 OK\r\n"), EndsWith("\r\n\r\nGET /a "),
                      HasSubstr("Content-Security-Policy: default-src 'self'; script-src 'self'; "),
                      HasSubstr("frame-ancestors 'none'"),
                      HasSubstr("X-Content-Type-Options: nosniff\r\n"),
                      HasSubstr("Connection: close\r\n")));
}

TEST(WebServer, SendsNoCorsHeader)
{
    TestServer server(echo);
    const auto answer =
        server.ask("OPTIONS /a HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: "
                   "http://127.0.0.1\r\nAccess-Control-Request-Method: POST\r\n\r\n");
    EXPECT_THAT(answer, Not(HasSubstr("Access-Control")));
    EXPECT_THAT(server.get("/a"), Not(HasSubstr("Access-Control")));
}

TEST(WebServer, HeadHasTheLengthAndNoBody)
{
    TestServer server(echo);
    EXPECT_THAT(server.ask("HEAD /a HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"),
                AllOf(HasSubstr("Content-Length: 8\r\n"), EndsWith("\r\n\r\n")));
}

TEST(WebServer, HandsTheBodyOver)
{
    TestServer server(echo);
    EXPECT_THAT(server.post("/p", "hello"), EndsWith("POST /p hello"));
    EXPECT_THAT(
        server.ask("POST /p HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n"
                   "5\r\nhello\r\n0\r\n\r\n"),
        EndsWith("POST /p hello"));
}

TEST(WebServer, AnExceptionIsA500AndTheServerGoesOn)
{
    TestServer server([](const Request& request) -> Response {
        if (request.path == "/bad") throw std::runtime_error("secret");
        return echo(request);
    });

    const auto answer = server.get("/bad");
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 500 "));
    EXPECT_THAT(answer, AllOf(HasSubstr("internal error"), Not(HasSubstr("secret"))));
    EXPECT_THAT(server.get("/good"), StartsWith("HTTP/1.1 200 "));
}

TEST(WebServer, ABodyOfOverAMebibyteIsA413)
{
    TestServer server(echo);
    const std::string most(portald::WebServer::most_body_bytes, 'x');

    EXPECT_THAT(server.post("/p", most), StartsWith("HTTP/1.1 200 "));
    EXPECT_THAT(server.post("/p", most + "x"), StartsWith("HTTP/1.1 413 "));
    EXPECT_THAT(server.ask("POST /p HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: "
                           "chunked\r\n\r\n100001\r\n" +
                           most + "x\r\n0\r\n\r\n"),
                StartsWith("HTTP/1.1 413 "));
}

TEST(WebServer, ABodyThatDoesNotAllComeIsA413AndNothingIsDone)
{
    std::atomic<int> asked = 0;
    TestServer server([&](const Request& request) { return ++asked, echo(request); }, 8,
                      "127.0.0.0/8", std::chrono::milliseconds{300});
    const std::string post = "POST /p HTTP/1.1\r\nHost: 127.0.0.1\r\n";

    for (const char* stalls :
         {"Content-Length: 50\r\n\r\n", "Content-Length: 50\r\n\r\n{\"slot\":\"A\"}",
          "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
          "Transfer-Encoding: chunked\r\n\r\n5\r\nhel"}) {
        EXPECT_THAT(server.ask(post + stalls), StartsWith("HTTP/1.1 413 ")) << stalls;
    }
    EXPECT_EQ(asked, 0);
    EXPECT_THAT(server.ask(post + "\r\n"), EndsWith("POST /p ")); // no body at all is fine
    EXPECT_THAT(server.post("/p", "hello"), EndsWith("POST /p hello"));
}

TEST(WebServer, AForeignOriginIsA403BeforeItsBodyIsLookedAt)
{
    std::atomic<int> asked = 0;
    TestServer server([&](const Request& request) { return ++asked, echo(request); });

    EXPECT_THAT(server.post("/p", "x", "Origin: http://evil.example\r\n"),
                AllOf(StartsWith("HTTP/1.1 403 "), HasSubstr("evil.example")));
    EXPECT_EQ(asked, 0);
    EXPECT_THAT(server.post("/p", "x", "Origin: http://127.0.0.1\r\n"),
                StartsWith("HTTP/1.1 200 "));
}

TEST(WebServer, AddressesThatAreNotAllowedGetA403)
{
    TestServer server(echo, 8, "10.0.0.0/8");
    EXPECT_THAT(server.get("/a"),
                AllOf(StartsWith("HTTP/1.1 403 "), HasSubstr("127.0.0.1 is not in access.allow")));
}

TEST(WebServer, HasNoFilesOfItsOwn)
{
    TestServer server([](const Request&) -> Response { return {404, "text/plain", "none"}; });
    EXPECT_THAT(server.get("/etc/passwd"), EndsWith("none"));
    EXPECT_THAT(server.get("/"), EndsWith("none"));
    EXPECT_THAT(server.get("/../../etc/passwd"), Not(HasSubstr("root:")));
}

TEST(WebServer, GarbageHarmsNothing)
{
    TestServer server(echo);
    server.ask("\r\n\r\n\r\n");
    server.ask(std::string(100000, 'A'));
    server.ask("GET / HTTP/1.1\r\n" + std::string(200, 'B') + ": " + std::string(60000, 'c'));
    server.ask("POST /p HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: -5\r\n\r\n");
    using namespace std::string_literals;
    server.ask("GET /\0\0 HTTP/1.1\r\n\r\n"s);
    EXPECT_THAT(server.get("/a"), StartsWith("HTTP/1.1 200 "));
}

TEST(WebServer, SeesThatAWaitingClientHasGone)
{
    std::atomic<bool> waits = false;
    std::atomic<bool> was_there = false;
    std::atomic<bool> gone = false;
    TestServer server([&](const Request& request) {
        was_there = !request.gone();
        waits = true;
        gone = wait_until([&] { return request.gone(); });
        return echo(request);
    });
    {
        HttpPeer other(server.port()); // stays
        HttpPeer client(server.port());
        client.send("GET /a HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
        ASSERT_TRUE(wait_until([&] { return waits.load(); }));
    }
    EXPECT_TRUE(wait_until([&] { return gone.load(); }));
    EXPECT_TRUE(was_there);
}

TEST(WebServer, APortInUseIsOneClearLine)
{
    TestServer first(echo);
    const portald::FrontDoor door(daemonkit::AccessList::lan(), {"bench-pi", {}});
    portald::LiveFeed feed([](auto) {}, [] {});
    try {
        const portald::WebServer second({.bind = "127.0.0.1", .port = first.port()}, door, echo,
                                        feed);
        FAIL() << "listens twice";
    } catch (const std::runtime_error& fault) {
        EXPECT_EQ(fault.what(),
                  "listen 127.0.0.1:" + std::to_string(first.port()) + ": Address already in use");
    }
}

TEST(WebServer, AStrangerWhoAsksIsToldWhyNot)
{
    TestServer server(echo, 2, "127.0.0.1/32");
    EXPECT_THAT(HttpPeer(server.port(), 0, "127.0.0.2").ask("GET /a HTTP/1.1\r\nHost: a\r\n\r\n"),
                AllOf(StartsWith("HTTP/1.1 403 "), HasSubstr("127.0.0.2 is not in access.allow")));
}

} // namespace
