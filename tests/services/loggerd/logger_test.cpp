// Logger and its readers, over real sockets, against a bridge that keeps its history in memory.

#include "loggerd/logger.hpp"

#include <cstdlib>
#include <filesystem>
#include <optional>

#include <gmock/gmock.h>
#include <zmq.hpp>

#include "bus/responder.hpp"
#include "log_bench.hpp"

namespace loggerd {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

/// bridged as loggerd sees it: one slot, its snapshot, its events and serial.replay.
class FakeBridge {
public:
    FakeBridge(asio::io_context& io, zmq::context_t& zmq, const std::string& folder, FakeRing& ring)
        : ring_(ring),
          publisher_(io, zmq, {contract::events_endpoint(folder, "bridged")}, "bridged"),
          requests_(io, zmq, contract::requests_endpoint(folder, "bridged"), "bridged", "test")
    {
        using Repeats = bus::Responder::Repeats;
        slot_.slot = slot_.label = "A";
        slot_.device = ft232();
        requests_.on(contract::verbs::snapshot, Repeats::run_again,
                     [this](const auto&, auto answer) {
                         const auto stamp = publisher_.last(contract::streams::state);
                         answer.ok(contract::BridgeSnapshot{stamp, {slot_}});
                     });
        requests_.on(contract::verbs::serial_replay, Repeats::run_again,
                     [this](const auto& request, auto answer) { replay(request, answer); });
        advance();
    }

    void say(const std::string& bytes)
    {
        ring_.rx(contract::wall_now(), bytes);
        advance();
        const auto& event = ring_.last();
        if (publisher_.wanted(event.topic))
            publisher_.send(event.topic, contract::format_header(event.header),
                            std::as_bytes(std::span{event.body}));
    }
    /// What bridged knows before hotplugd has told it, and after.
    void has_no_device_yet() { slot_.device.reset(); }
    void plug()
    {
        slot_.device = ft232();
        publisher_.publish(contract::streams::state, contract::topics::slot_changed("A"), slot_);
    }
    void remove_slot()
    {
        publisher_.publish(contract::streams::state, contract::topics::slot_removed("A"),
                           contract::SlotRemoved{"A"});
    }
    bool is_listened_to() const { return publisher_.wanted(contract::topics::serial_rx("A")); }
    int replays = 0;

private:
    void advance()
    {
        publisher_.advance(contract::streams::serial("A"), {ring_.epoch, ring_.last_seq()});
    }
    void replay(const contract::Request& request, const bus::Answer& answer)
    {
        ++replays;
        const auto [head, events] = ring_.replay(request.args.get<contract::ReplayArgs>());
        std::vector<std::string> frames;
        for (const auto& event : events) {
            auto header = event.header;
            header.topic = event.topic;
            frames.push_back(contract::format_header(header));
            frames.push_back(event.body);
        }
        answer.ok(contract::Json(head), frames);
    }

    FakeRing& ring_;
    bus::Publisher publisher_;
    bus::Responder requests_;
    contract::Slot slot_;
};

struct LoggerTest : testing::Test {
    LoggerTest()
    {
        std::string name = "/tmp/logger_test.XXXXXX";
        folder = ::mkdtemp(name.data());
        bridge.emplace(io, zmq, folder, ring);
        logger.emplace(io, zmq, folder, Config{}, disk, told);
    }
    ~LoggerTest() override { std::filesystem::remove_all(folder); }

    /// Runs the loop until it is so; false after a time that is long enough for anything.
    template<typename Condition>
    bool eventually(Condition condition)
    {
        const auto deadline = std::chrono::steady_clock::now() + 20s;
        while (!condition() && std::chrono::steady_clock::now() < deadline) io.run_one_for(50ms);
        return condition();
    }
    bool logged(const std::string& text)
    {
        return eventually([&] { return disk.text().find(text) != std::string::npos; });
    }

    std::string folder;
    asio::io_context io{1};
    zmq::context_t zmq{1};
    FakeDisk disk;
    FakeRing ring;
    Told told;
    std::optional<FakeBridge> bridge;
    std::optional<Logger> logger;
};

TEST_F(LoggerTest, WritesWhatABoardSaysAndHasSaid)
{
    bridge->say("hello\n");
    EXPECT_TRUE(logged("[RX] hello\n"));
    bridge->say("again\n");
    EXPECT_TRUE(logged("[RX] again\n"));
}

TEST_F(LoggerTest, ABoardThatIsToldOfAfterItsFirstWordsHasOneFile)
{
    bridge->has_no_device_yet();
    bridge->say("first\n");
    EXPECT_TRUE(eventually([&] { return !logger->boards().empty(); }));
    bridge->plug();
    EXPECT_TRUE(logged("[RX] first\n"));
    EXPECT_THAT(disk.text(), HasSubstr("Log opened for FT232R_USB_UART_A5069RR4 "));
    EXPECT_THAT(disk.text(), Not(HasSubstr("Log opened for board")));
}

TEST_F(LoggerTest, WhatNobodyEverTellsOfIsWrittenAllTheSame)
{
    bridge->has_no_device_yet();
    bridge->say("first\n");
    EXPECT_TRUE(logged("[RX] first\n"));
}

TEST_F(LoggerTest, WritesAPromptThatNothingFollows)
{
    bridge->say("login: ");
    EXPECT_TRUE(logged("[RX] login: \\\n"));
}

TEST_F(LoggerTest, DoesNotListenToABusyBoardAndListensAgainAfterwards)
{
    EXPECT_TRUE(eventually([&] { return bridge->is_listened_to(); }));
    auto next = std::chrono::steady_clock::now();
    EXPECT_TRUE(eventually([&] {
        if (std::chrono::steady_clock::now() >= next) {
            bridge->say("busy\n");
            next += 20ms; // as often as bridged lets a batch go
        }
        return !bridge->is_listened_to();
    }));
    EXPECT_TRUE(eventually([&] { return bridge->is_listened_to(); }));
    bridge->say("one more\n");
    EXPECT_TRUE(logged("[RX] one more\n"));
}

TEST_F(LoggerTest, AsksNothingOfABoardThatIsSilent)
{
    bridge->say("last words\n");
    EXPECT_TRUE(logged("[RX] last words\n"));
    const auto until = std::chrono::steady_clock::now() + 700ms; // heartbeats and all
    eventually([&] { return std::chrono::steady_clock::now() >= until; });
    EXPECT_LE(bridge->replays, 6);
}

TEST_F(LoggerTest, GoesOnWithABridgeThatCameBack)
{
    bridge->say("before\n");
    EXPECT_TRUE(logged("[RX] before\n"));
    bridge.reset();
    bridge.emplace(io, zmq, folder, ring);
    bridge->say("same history\n");
    EXPECT_TRUE(logged("[RX] same history\n"));
    bridge.reset();
    ring.begin_anew("00000000000000bb");
    bridge.emplace(io, zmq, folder, ring);
    bridge->say("new history\n");
    EXPECT_TRUE(logged("[RX] new history\n"));
    EXPECT_THAT(disk.text(), HasSubstr("[INFO] bridge restarted; bytes between "));
}

TEST_F(LoggerTest, StopsWithALastReplay)
{
    EXPECT_TRUE(logged("Log opened"));
    ring.rx(contract::wall_now(), "unheard\n"); // no event tells of it
    bool done = false;
    logger->stop([&] { done = true; });
    EXPECT_TRUE(eventually([&] { return done; }));
    EXPECT_THAT(disk.text(), HasSubstr("[RX] unheard\n"));
    EXPECT_TRUE(disk.text().ends_with("[INFO] === Log closed ===\n"));
}

TEST_F(LoggerTest, StopsAlsoWithoutABridge)
{
    EXPECT_TRUE(logged("Log opened"));
    bridge.reset();
    bool done = false;
    logger->stop([&] { done = true; });
    EXPECT_TRUE(eventually([&] { return done; }));
    EXPECT_TRUE(disk.text().ends_with("[INFO] === Log closed ===\n"));
}

TEST_F(LoggerTest, ClosesTheLogOfASlotThatIsRemoved)
{
    EXPECT_TRUE(logged("Log opened"));
    EXPECT_EQ(logger->snapshot({"e", 1}).slots.size(), 1u);
    bridge->remove_slot();
    EXPECT_TRUE(logged("Log closed"));
    EXPECT_TRUE(logger->snapshot({"e", 1}).slots.empty());
    EXPECT_TRUE(disk.records.empty());
}

TEST_F(LoggerTest, ASlotThatWentWhileNoLoggerRanKeepsItsPlaceButNoFiles)
{
    EXPECT_TRUE(logged("Log opened"));
    Checkpoint left;
    left.cursor.stamp = {"00000000000000cc", 7};
    left.name = "FT232R_USB_UART_B0000001";
    left.files = {{"FT232R_USB_UART_B0000001_2026-02-03.log", 1000}};
    logger.reset();
    disk.records["Z"] = format_checkpoint(left);
    disk.records["Y"] = "damaged";
    logger.emplace(io, zmq, folder, Config{}, disk, told);
    const auto record = [&] { return parse_checkpoint(disk.records["Z"], "record"); };
    EXPECT_TRUE(eventually([&] { return record().files.empty(); }));
    EXPECT_EQ(record().name, "");
    EXPECT_EQ(record().cursor, left.cursor);
    EXPECT_EQ(parse_checkpoint(disk.records["A"], "record").files.size(), 1u) << "it is there";
}

TEST_F(LoggerTest, CountsPerSlotForHeartbeats)
{
    bridge->say("rst:0x1 (POWERON_RESET),boot:0x13\nabort() was called at PC 0x1\n");
    EXPECT_TRUE(logged("abort()"));
    const auto counters = logger->counters()["slots"]["A"];
    EXPECT_EQ(counters["lines"], 2);
    EXPECT_EQ(counters["lost_bytes"], 0);
    EXPECT_EQ(counters["boots"], 1);
    EXPECT_EQ(counters["crashes"], 1);
    EXPECT_EQ(counters["last_reason"], "rst:0x1 (POWERON_RESET)");
    EXPECT_TRUE(contract::parse_time(counters["last_crash"].get<std::string>()));
    EXPECT_TRUE(contract::parse_time(counters["last_line"].get<std::string>()));
    EXPECT_EQ(counters["last_text"], "abort() was called at PC 0x1");
}

} // namespace
} // namespace loggerd
