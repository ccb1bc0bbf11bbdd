// Alerts on their way to real HTTP servers and programs: ones that work, and others.
#include "portald/alert_delivery.hpp"

#include <deque>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <gmock/gmock.h>

namespace portald {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

/// An HTTP server on the same loop that answers as it was told, and keeps what it was asked.
class HookServer {
public:
    explicit HookServer(asio::io_context& io)
        : acceptor_(io, {asio::ip::make_address_v4("127.0.0.1"), 0})
    {
        accept();
    }
    std::string url() const
    {
        return "http://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port()) + "/hook";
    }

    std::deque<std::string> answers; ///< "200 OK"; "" closes, "-" says nothing; the last stays
    std::vector<std::string> requests;

private:
    struct Peer {
        explicit Peer(asio::ip::tcp::socket&& taken) : socket(std::move(taken)) {}
        asio::ip::tcp::socket socket;
        std::string got;
        std::array<char, 65536> buffer;
    };
    void accept()
    {
        acceptor_.async_accept([this](const auto& fault, asio::ip::tcp::socket socket) {
            if (fault) return;
            peers_.push_back(std::make_shared<Peer>(std::move(socket)));
            read(peers_.back());
            accept();
        });
    }
    void read(const std::shared_ptr<Peer>& peer)
    {
        peer->socket.async_read_some(asio::buffer(peer->buffer),
                                     [this, peer](const auto& fault, std::size_t size) {
                                         if (fault) return;
                                         peer->got.append(peer->buffer.data(), size);
                                         if (is_whole(peer->got)) return answer(*peer);
                                         read(peer);
                                     });
    }
    static bool is_whole(const std::string& got)
    {
        const auto end = got.find("\r\n\r\n");
        const auto length = got.find("Content-Length: ");
        return end != std::string::npos && length < end &&
               got.size() >= end + 4 + std::stoul(got.substr(length + 16));
    }
    void answer(Peer& peer)
    {
        requests.push_back(peer.got);
        const auto how = answers.empty() ? "200 OK" : answers.front();
        if (answers.size() > 1) answers.pop_front();
        if (how == "-") return;
        if (!how.empty())
            asio::write(peer.socket,
                        asio::buffer("HTTP/1.1 " + how +
                                     "\r\nContent-Length: 2\r\nLocation: " + url() + "\r\n\r\nok"));
        boost::system::error_code ignored;
        peer.socket.close(ignored);
    }

    asio::ip::tcp::acceptor acceptor_;
    std::vector<std::shared_ptr<Peer>> peers_;
};

struct AlertDeliveryTest : testing::Test {
    AlertDeliveryTest()
    {
        std::string name = "/tmp/alert_delivery_test.XXXXXX";
        folder = ::mkdtemp(name.data());
    }
    ~AlertDeliveryTest() override { std::filesystem::remove_all(folder); }

    void deliver_to(std::vector<AlertTarget> targets, std::chrono::milliseconds timeout = 10s)
    {
        delivery.emplace(io, std::move(targets), "pi",
                         Outbox::Limits{.most_waiting = 1000,
                                        .most_bytes = 32 * 1024 * 1024,
                                        .pauses = {10ms, 20ms}},
                         timeout);
    }
    void alert(const std::string& rule = "crash", std::uint64_t seq = 57)
    {
        contract::AlertReport report;
        report.rule = rule;
        report.text = "Guru Meditation";
        report.serial_seq = seq;
        report.serial_epoch = "9f86d081884c7d65";
        contract::Event event;
        event.topic = "log.alert/A/";
        event.body = contract::to_text(report);
        delivery->on_event(event);
    }
    /// Runs the loop until a counter is so; false after a time that is long enough.
    bool counted(const char* what, std::uint64_t wanted)
    {
        const auto deadline = std::chrono::steady_clock::now() + 20s;
        while (delivery->counters()["alerts"][what] != wanted &&
               std::chrono::steady_clock::now() < deadline)
            io.run_one_for(50ms);
        return delivery->counters()["alerts"][what] == wanted;
    }
    std::string file(const std::string& name)
    {
        std::ifstream in(folder + "/" + name);
        return {std::istreambuf_iterator<char>(in), {}};
    }

    std::string folder;
    asio::io_context io{1};
    HookServer server{io};
    std::optional<AlertDelivery> delivery;
};

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

TEST_F(AlertDeliveryTest, GivesUpAfterThreeTries)
{
    server.answers = {"503 Busy"};
    deliver_to({{.url = server.url(), .run = {}, .rules = {}, .slots = {}}});
    alert();
    ASSERT_TRUE(counted("failed", 1));
    EXPECT_EQ(server.requests.size(), 3u);
}

TEST_F(AlertDeliveryTest, ASlowServerIsGivenUpInTimeAndDelaysNoOther)
{
    HookServer slow{io};
    slow.answers = {"-"};
    deliver_to({{.url = slow.url(), .run = {}, .rules = {}, .slots = {}},
                {.url = server.url(), .run = {}, .rules = {}, .slots = {}}},
               1s);
    for (std::uint64_t i = 1; i <= 2; ++i) alert("crash", i);
    ASSERT_TRUE(counted("delivered", 2)) << "while the slow one holds its first";
    ASSERT_TRUE(counted("failed", 2));
    EXPECT_LE(slow.requests.size(), 6u);
}

TEST_F(AlertDeliveryTest, AServerThatIsDownIsFailedOn)
{
    std::string url;
    {
        HookServer gone{io};
        url = gone.url();
    }
    deliver_to({{.url = url, .run = {}, .rules = {}, .slots = {}}});
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
    deliver_to({{.url = {}, .run = {"/bin/sh", "-c", script}, .rules = {}, .slots = {}}}, 1s);
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
                {.url = {}, .run = {"/bin/false"}, .rules = {}, .slots = {}}});
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
    io.poll();
}

} // namespace
} // namespace portald
