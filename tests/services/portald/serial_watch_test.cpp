// SerialWatch over real sockets, against a bridge that keeps a slot's events in memory.
#include "portald/serial_watch.hpp"

#include <cstdlib>
#include <filesystem>

#include <gmock/gmock.h>
#include <zmq.hpp>

#include "bus/publisher.hpp"
#include "bus/responder.hpp"
#include "contract/names.hpp"

namespace {

using namespace std::chrono_literals;
using contract::Error;
using contract::ErrorCode;
using portald::Heard;
using portald::Listening;
using portald::SerialWatch;

const std::string epoch = "9f86d081884c7d65";

/// bridged as far as a listener can tell: the events of slot A, live and by cursor.
class FakeBridge {
public:
    enum class Bell { rings, is_lost };

    FakeBridge(asio::io_context& io, zmq::context_t& zmq, const std::string& folder)
        : publisher_(io, zmq, {contract::events_endpoint(folder, "bridged")}, "bridged"),
          requests_(io, zmq, contract::requests_endpoint(folder, "bridged"), "bridged", "test")
    {
        requests_.on(contract::verbs::serial_replay, bus::Responder::Repeats::run_again,
                     [this](const auto& request, auto answer) { replay(request, answer); });
    }

    void say(const std::string& text, Bell bell = Bell::rings)
    {
        contract::Header header;
        header.source = "bridged";
        header.stamp = {epoch, events_.size() + 1};
        header.mono = contract::monotonic_now();
        header.topic = contract::topics::serial_rx("A");
        events_.push_back({*header.topic, header, text});
        if (bell == Bell::is_lost) return;
        publisher_.advance(contract::streams::serial("A"), header.stamp);
        publisher_.send(*header.topic, contract::format_header(header),
                        std::as_bytes(std::span{text}));
    }
    /// Every question is refused; with `internal`, which may pass, until one has been.
    void refuse(ErrorCode code) { refusal_ = code; }
    bool is_listened_to() const { return publisher_.wanted(contract::topics::serial_rx("A")); }

    int asked = 0;
    std::size_t most_events = 2; ///< in one answer

private:
    void replay(const contract::Request& request, const bus::Answer& answer)
    {
        ++asked;
        if (refusal_) {
            answer.error(*refusal_, "refused");
            if (refusal_ == ErrorCode::internal) refusal_.reset();
            return;
        }
        auto next = request.args.get<contract::ReplayArgs>().after_seq;
        std::vector<std::string> frames;
        for (std::size_t n = 0; n < most_events && next < events_.size(); ++n, ++next) {
            frames.push_back(contract::format_header(events_[next].header));
            frames.push_back(events_[next].body);
        }
        answer.ok(contract::ReplayAnswer{epoch, next, next < events_.size(), 0, 0}, frames);
    }

    std::vector<contract::Event> events_;
    std::optional<ErrorCode> refusal_;
    bus::Publisher publisher_;
    bus::Responder requests_;
};

struct SerialWatchTest : testing::Test {
    SerialWatchTest()
    {
        std::string name = "/tmp/serial_watch.XXXXXX";
        folder = ::mkdtemp(name.data());
    }
    ~SerialWatchTest() override { std::filesystem::remove_all(folder); }

    bool eventually(const std::function<bool()>& condition)
    {
        const auto deadline = std::chrono::steady_clock::now() + 20s;
        while (!condition() && std::chrono::steady_clock::now() < deadline) io.run_one_for(20ms);
        return condition();
    }
    std::shared_ptr<void> listen(SerialWatch& watch, const std::string& pattern,
                                 std::chrono::milliseconds at_most = 300s)
    {
        return watch.listen(Listening({.slot = "A",
                                       .from = {epoch, 0},
                                       .look_back = 1s,
                                       .pattern = pattern,
                                       .at_most = at_most}),
                            [this](auto result) { ended.push_back(std::move(result)); });
    }
    Heard heard() const { return std::get<Heard>(ended.at(0)); }

    std::string folder;
    asio::io_context io{1};
    asio::executor_work_guard<asio::io_context::executor_type> work = asio::make_work_guard(io);
    zmq::context_t zmq{1};
    std::vector<std::variant<Heard, Error>> ended;
};

TEST_F(SerialWatchTest, ReadsAllThatThereIsInAsManyAnswersAsItTakes)
{
    FakeBridge bridge(io, zmq, folder);
    for (const char* text : {"a\n", "b\n", "c\n", "d\n", "ready\n"}) bridge.say(text);
    SerialWatch watch(io, zmq, folder);
    const auto listening = listen(watch, "ready");
    ASSERT_TRUE(eventually([&] { return !ended.empty(); }));
    EXPECT_EQ(heard(), (Heard{{"a", "b", "c", "d", "ready"}, "ready"}));
}

TEST_F(SerialWatchTest, IsWokenByWhatComesAndByNothingElse)
{
    FakeBridge bridge(io, zmq, folder);
    SerialWatch watch(io, zmq, folder);
    const auto listening = listen(watch, "ready");
    ASSERT_TRUE(eventually([&] { return bridge.asked > 0 && bridge.is_listened_to(); }));
    bridge.say("rea");
    bridge.say("dy\n");
    ASSERT_TRUE(eventually([&] { return !ended.empty(); }));
    EXPECT_EQ(heard().line, "ready");
    EXPECT_LE(bridge.asked, 5); // of 300 s; the bell, the heartbeat after it, what came between
}

TEST_F(SerialWatchTest, WhatNoBellToldIsReadWhenTimeIsUp)
{
    FakeBridge bridge(io, zmq, folder);
    SerialWatch watch(io, zmq, folder);
    const auto listening = listen(watch, "ready", 2s);
    ASSERT_TRUE(eventually([&] { return bridge.asked > 0; }));
    bridge.say("ready\n", FakeBridge::Bell::is_lost);
    ASSERT_TRUE(eventually([&] { return !ended.empty(); }));
    EXPECT_EQ(heard().line, "ready");
}

TEST_F(SerialWatchTest, ABridgeThatFailsOnceIsAskedAgain)
{
    FakeBridge bridge(io, zmq, folder);
    bridge.say("ready\n");
    bridge.refuse(ErrorCode::internal);
    SerialWatch watch(io, zmq, folder);
    const auto listening = listen(watch, "ready");
    ASSERT_TRUE(eventually([&] { return !ended.empty(); }));
    EXPECT_EQ(heard().line, "ready");
    EXPECT_EQ(bridge.asked, 2);
}

TEST_F(SerialWatchTest, ASlotThatIsNoMoreIsTheEnd)
{
    FakeBridge bridge(io, zmq, folder);
    bridge.refuse(ErrorCode::not_found);
    SerialWatch watch(io, zmq, folder);
    const auto listening = listen(watch, "ready");
    ASSERT_TRUE(eventually([&] { return !ended.empty(); }));
    EXPECT_EQ(std::get<Error>(ended[0]).message, "refused");
}

TEST_F(SerialWatchTest, WithoutABridgeItEndsAfterItsTimeWithTheReason)
{
    SerialWatch watch(io, zmq, folder);
    const auto listening = listen(watch, "ready", 10ms);
    ASSERT_TRUE(eventually([&] { return !ended.empty(); }));
    EXPECT_EQ(std::get<Error>(ended[0]).code, ErrorCode::timeout);
    EXPECT_EQ(std::get<Error>(ended[0]).message, "bridged does not answer");
}

TEST_F(SerialWatchTest, OneWhoStopsListeningHearsNothingAndNobodyIsSubscribed)
{
    FakeBridge bridge(io, zmq, folder);
    SerialWatch watch(io, zmq, folder);
    auto first = listen(watch, "ready");
    auto second = listen(watch, "ready");
    ASSERT_TRUE(eventually([&] { return bridge.asked >= 2 && bridge.is_listened_to(); }));
    first.reset();
    bridge.say("ready\n");
    ASSERT_TRUE(eventually([&] { return !ended.empty(); }));
    EXPECT_EQ(ended.size(), 1u);
    EXPECT_TRUE(bridge.is_listened_to());
    second.reset();
    EXPECT_TRUE(eventually([&] { return !bridge.is_listened_to(); }));
}

TEST_F(SerialWatchTest, ItMayBeDestroyedByItsOwnEnd)
{
    FakeBridge bridge(io, zmq, folder);
    bridge.say("ready\n");
    SerialWatch watch(io, zmq, folder);
    bool over = false;
    std::shared_ptr<void> listening;
    listening = watch.listen(
        Listening({.slot = "A", .from = {epoch, 0}, .pattern = "ready", .at_most = 300s}),
        [&](auto) { listening.reset(), over = true; });
    EXPECT_TRUE(eventually([&] { return over; }));
}

} // namespace
