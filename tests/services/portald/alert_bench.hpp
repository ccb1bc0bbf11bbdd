#pragma once

#include <array>
#include <deque>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <gmock/gmock.h>

#include "contract/messages.hpp"
#include "portald/alert_delivery.hpp"

/// What alerts are delivered to, and from: HTTP servers and loggerd, as fakes that behave.
namespace portald {

using namespace std::chrono_literals;

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

/// loggerd's keeping of alerts, as far as log.reports and log.delivered show it.
class FakeLogger {
public:
    explicit FakeLogger(asio::io_context& io) : io_(io) {}

    void raise(const std::string& rule, std::uint64_t seq, contract::Time time = {})
    {
        contract::AlertReport report;
        report.rule = rule;
        report.text = "Guru Meditation";
        report.serial_seq = seq;
        report.serial_epoch = "9f86d081884c7d65";
        reports.push_back({reports.size() + 1, "A", time, report});
    }
    void ask(std::string_view verb, contract::Json args,
             std::function<void(const contract::Result&)> on_result)
    {
        asio::post(io_, [this, verb, args = std::move(args), on_result = std::move(on_result)] {
            if (is_down)
                return on_result(contract::Error{contract::ErrorCode::timeout, "no answer"});
            on_result(verb == contract::verbs::log_reports
                          ? read(args.get<contract::LogReportsArgs>())
                          : save(args));
        });
    }

    std::vector<contract::LogReport> reports;
    std::map<std::string, std::uint64_t> delivered;
    bool is_down = false;

private:
    contract::Json read(const contract::LogReportsArgs& args)
    {
        contract::LogReportsAnswer answer;
        const auto most = args.last.value_or(args.limit);
        const auto after = args.last && reports.size() > most ? reports.size() - most : args.after;
        for (const auto& report : reports)
            if (report.number > after && answer.reports.size() < most)
                answer.reports.push_back(report);
        answer.newest = reports.size();
        answer.next = answer.reports.empty() ? answer.newest : answer.reports.back().number;
        answer.delivered = delivered;
        return answer;
    }
    contract::Json save(const contract::Json& args)
    {
        delivered = args.get<contract::LogDelivered>().delivered;
        return args;
    }

    asio::io_context& io_;
};

struct AlertDeliveryTest : testing::Test {
    AlertDeliveryTest()
    {
        std::string name = "/tmp/alert_delivery_test.XXXXXX";
        folder = ::mkdtemp(name.data());
    }
    ~AlertDeliveryTest() override { std::filesystem::remove_all(folder); }

    static constexpr auto at_once = 0ms;

    void deliver_to(std::vector<AlertTarget> targets, std::chrono::milliseconds timeout = 10s,
                    std::chrono::milliseconds give_up = 1h)
    {
        delivery.emplace(
            io, std::move(targets), "pi",
            [this](auto verb, auto args, auto on_result) { logger.ask(verb, args, on_result); },
            Outbox::Limits{.pauses = {10ms, 20ms}, .give_up_after = give_up}, timeout);
        beat();
        settle();
    }
    void settle()
    {
        while (io.poll() > 0) {
        }
    }
    void beat()
    {
        contract::Heartbeat heartbeat;
        heartbeat.counters = {{"newest_alert", logger.reports.size()}};
        tell("heartbeat/", heartbeat);
    }
    void alert(const std::string& rule = "crash", std::uint64_t seq = 57)
    {
        logger.raise(rule, seq);
        tell("log.alert/A/", logger.reports.back().report);
    }
    void tell(const std::string& topic, const contract::Json& body)
    {
        contract::Event event;
        event.topic = topic;
        event.body = contract::to_text(body);
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
    FakeLogger logger{io};
    std::optional<AlertDelivery> delivery;
};

} // namespace portald
