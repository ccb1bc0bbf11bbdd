#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <thread>

#include "http_peer.hpp"
#include "portald/web_server.hpp"

/// Looks at a condition until it holds; false after 20 s.
inline bool wait_until(const std::function<bool()>& condition)
{
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{20};
    while (!condition()) {
        if (std::chrono::steady_clock::now() > until) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds{5});
    }
    return true;
}

/// A real web server on a free port of loopback, answering as the test says.
class TestServer {
public:
    explicit TestServer(std::function<portald::Response(portald::Request)> answer,
                        unsigned threads = 8, const std::string& allow = "127.0.0.0/8",
                        std::chrono::milliseconds patience = std::chrono::seconds{5})
        : door_(daemonkit::AccessList::parse({allow}, "test"), {"bench-pi", {}}),
          server_({.bind = "127.0.0.1", .port = 0, .threads = threads, .patience = patience}, door_,
                  std::move(answer), feed_)
    {
    }

    std::uint16_t port() const { return server_.port(); }
    portald::LiveFeed& feed() { return feed_; }
    int opened() const { return opened_; }
    int closed() const { return closed_; }

    std::string ask(const std::string& request) { return HttpPeer(port()).ask(request); }
    std::string get(const std::string& path)
    {
        return ask("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
    }
    std::string post(const std::string& path, const std::string& body,
                     const std::string& more_headers = {})
    {
        return ask("POST " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: " +
                   std::to_string(body.size()) + "\r\n" + more_headers + "\r\n" + body);
    }

private:
    std::atomic<int> opened_ = 0;
    std::atomic<int> closed_ = 0;
    portald::LiveFeed feed_{[this](portald::LiveFeed::Id id) { feed_.welcome(id), ++opened_; },
                            [this] { ++closed_; }};
    portald::FrontDoor door_;
    portald::WebServer server_;
};

inline portald::LiveFeed::Text text(std::string value)
{
    return std::make_shared<const std::string>(std::move(value));
}
