#include "portald/bus_gateway.hpp"

#include <algorithm>
#include <future>
#include <thread>

#include <gmock/gmock.h>

#include "sample.hpp"
#include "test_server.hpp"

namespace {

using namespace std::chrono_literals;
using portald::BusCall;
using portald::BusGateway;
using portald::Known;
using portald::Request;
using portald::Response;
using portald::Step;
using portald::WaitFor;

Response said(const std::string& text)
{
    return {200, "text/plain", text};
}

/// A gateway on a loop that runs, a bus that does as the test says, and a web thread.
class Gateway : public testing::Test {
protected:
    ~Gateway() override
    {
        asio::post(io_, [this] { io_.stop(); });
        loop_.join();
    }
    std::future<Response> ask(Request request = {})
    {
        return std::async(std::launch::async, [this, request] { return gateway_.answer(request); });
    }
    /// Counts those who listen, and so sees that they have stopped.
    std::shared_ptr<void> counted(BusGateway::OnHeard on_heard)
    {
        on_heard_ = std::move(on_heard);
        ++listeners_;
        return {&listeners_, [](auto* count) { --*count; }};
    }
    void on_loop(std::function<void()> what)
    {
        std::promise<void> done;
        asio::post(io_, [&] { what(), done.set_value(); });
        done.get_future().wait();
    }

    std::function<Step(const Request&, const Known&)> begin_;
    BusGateway::OnResult on_result_; // of the last call; the loop's
    std::promise<void> called_;
    BusGateway::OnHeard on_heard_; // of the last who listens; the loop's
    std::atomic<unsigned> listeners_ = 0;
    Known known_;
    asio::io_context io_{1};
    asio::executor_work_guard<asio::io_context::executor_type> work_{io_.get_executor()};
    BusGateway gateway_{
        io_,
        {.begin = [this](const Request& request,
                         const Known& known) { return begin_(request, known); },
         .known = [this]() -> const Known& { return known_; },
         .call =
             [this](const BusCall&, auto done) {
                 on_result_ = std::move(done);
                 called_.set_value();
             },
         .listen = [this](auto, auto on_heard) { return counted(std::move(on_heard)); },
         .needs_seat = [](const Request& request) { return request.path == "/listen"; }},
        20s};
    std::thread loop_{[this] { io_.run(); }};
};

Step call()
{
    return BusCall{
        "bridged", "slot.start", {}, [](const contract::Result& result, const Known&) -> Step {
            return said(std::get<contract::Json>(result).dump());
        }};
}

TEST_F(Gateway, AnswersAtOnceWhatNeedsNoBus)
{
    begin_ = [](const Request&, const Known&) -> Step { return said("hello"); };
    EXPECT_EQ(ask().get().body, "hello");
}

TEST_F(Gateway, WaitsForTheBusesReply)
{
    begin_ = [](const Request&, const Known&) { return call(); };
    auto answer = ask();
    called_.get_future().wait();
    on_loop([&] { on_result_(contract::Json(7)); });
    EXPECT_EQ(answer.get().body, "7");
}

TEST_F(Gateway, WaitsForAState)
{
    begin_ = [](const Request&, const Known&) -> Step {
        return WaitFor{[](const Known& known) { return !known.slots.empty(); }, 20s,
                       [](const Known&) -> Step { return said("there"); }};
    };
    auto answer = ask();
    on_loop([&] { gateway_.known_changed(); });
    on_loop([&] {
        known_.slots.push_back(sample::empty_slot());
        gateway_.known_changed();
    });
    EXPECT_EQ(answer.get().body, "there");
}

TEST_F(Gateway, GoesOnWithoutTheStateWhenTimeIsUp)
{
    begin_ = [](const Request&, const Known&) -> Step {
        return WaitFor{[](const Known&) { return false; }, 10ms,
                       [](const Known&) -> Step { return said("not there"); }};
    };
    EXPECT_EQ(ask().get().body, "not there");
}

/// A timer that has run out is not cancelled any more: its handler is queued already.
TEST_F(Gateway, TheStateComesJustWhenTimeIsUpAndEndsTheWaitOnce)
{
    int ends = 0;
    begin_ = [&](const Request&, const Known&) -> Step {
        asio::post(io_, [&] {
            std::this_thread::sleep_for(50ms); // the loop is busy, and the time is up
            asio::post(io_, [&] {
                known_.slots.push_back(sample::empty_slot());
                gateway_.known_changed();
            });
        });
        return WaitFor{[](const Known& known) { return !known.slots.empty(); }, 20ms,
                       [&](const Known& known) -> Step {
                           ++ends;
                           return said(known.slots.empty() ? "not there" : "there");
                       }};
    };
    EXPECT_EQ(ask().get().body, "there");
    on_loop([] {}); // the timer's handler has run as well
    EXPECT_EQ(ends, 1);
}

TEST_F(Gateway, AnExceptionIsA500AndAMalformedReplyA502)
{
    begin_ = [](const Request&, const Known&) -> Step { throw std::logic_error("secret"); };
    EXPECT_EQ(ask().get().status, 500);

    begin_ = [](const Request&, const Known&) -> Step { throw contract::BadMessage("slot: baud"); };
    const auto answer = ask().get();
    EXPECT_EQ(answer.status, 502);
    EXPECT_EQ(answer.body, R"({"ok":false,"error":"slot: baud"})");
}

TEST_F(Gateway, ThoseWhoWaitAreSentAwayWhenThePortalStops)
{
    begin_ = [](const Request&, const Known&) { return call(); };
    auto answer = ask();
    called_.get_future().wait();
    gateway_.close();
    EXPECT_EQ(answer.get().status, 503);
    EXPECT_EQ(ask().get().status, 503);
}

Step listen()
{
    return portald::Listen{portald::Listening({.slot = "A", .from = {}, .at_most = 300s}),
                           [](const auto& heard, const Known&) -> Step {
                               const auto* talk = std::get_if<portald::Heard>(&heard);
                               return said(talk ? talk->output.front()
                                                : std::get<contract::Error>(heard).message);
                           }};
}
Request listening(std::function<bool()> gone = {})
{
    Request request;
    request.path = "/listen";
    request.gone = std::move(gone);
    return request;
}

TEST_F(Gateway, WaitsForWhatABoardSays)
{
    begin_ = [](const Request&, const Known&) { return listen(); };
    auto answer = ask(listening());
    ASSERT_TRUE(wait_until([&] { return listeners_ == 1; }));
    on_loop([&] { std::exchange(on_heard_, {})(portald::Heard{{"hello"}}); });
    EXPECT_EQ(answer.get().body, "hello");
    EXPECT_EQ(listeners_, 0u);
}

TEST_F(Gateway, OnlySoManyWaitForBoardsAndTheOthersAreServedAllTheSame)
{
    begin_ = [](const Request& request, const Known&) -> Step {
        return request.path == "/listen" ? listen() : said("page");
    };
    std::vector<std::future<Response>> waiting;
    for (unsigned i = 0; i < BusGateway::most_seats; ++i) waiting.push_back(ask(listening()));
    ASSERT_TRUE(wait_until([&] { return listeners_ == BusGateway::most_seats; }));

    const auto refused = ask(listening()).get();
    EXPECT_EQ(refused.status, 503);
    EXPECT_THAT(refused.body, testing::HasSubstr("16 requests are waiting for serial output"));
    EXPECT_EQ(ask().get().body, "page");

    on_loop([&] { std::exchange(on_heard_, {})(portald::Heard{{"hello"}}); });
    const auto is_answered = [](auto& one) {
        return one.wait_for(0s) == std::future_status::ready;
    };
    auto answered = waiting.end();
    ASSERT_TRUE(wait_until([&] {
        answered = std::find_if(waiting.begin(), waiting.end(), is_answered);
        return answered != waiting.end();
    }));
    EXPECT_EQ(answered->get().body, "hello");
    *answered = ask(listening()); // there is a seat again
    EXPECT_TRUE(wait_until([&] { return listeners_ == BusGateway::most_seats; }));
    gateway_.close();
    for (auto& one : waiting) EXPECT_EQ(one.get().status, 503);
}

TEST_F(Gateway, AClientThatHasGoneLeavesItsSeat)
{
    begin_ = [](const Request&, const Known&) { return listen(); };
    std::atomic<bool> gone = false;
    auto answer = ask(listening([&] { return gone.load(); }));
    ASSERT_TRUE(wait_until([&] { return listeners_ == 1; }));
    gone = true;
    EXPECT_EQ(answer.get().status, 400);
    EXPECT_TRUE(wait_until([&] { return listeners_ == 0; }));
}

TEST_F(Gateway, AClientThatHasGoneBeforeItListensNeverDoes)
{
    begin_ = [](const Request&, const Known&) -> Step {
        return BusCall{"bridged", "serial.replay", {}, [](const contract::Result&, const Known&) {
                           return listen();
                       }};
    };
    EXPECT_EQ(ask(listening([] { return true; })).get().status, 400);
    called_.get_future().wait();
    on_loop([&] { on_result_(contract::Json(7)); });
    EXPECT_EQ(listeners_, 0u);
}

TEST(GatewayDeadline, WhoListensHasMoreTimeThanOthers)
{
    asio::io_context io{1};
    const auto work = asio::make_work_guard(io);
    BusGateway::OnHeard on_heard;
    const Known known;
    BusGateway gateway(io,
                       {.begin = [](const Request&, const Known&) { return listen(); },
                        .known = [&]() -> const Known& { return known; },
                        .call = {},
                        .listen =
                            [&](auto, auto done) {
                                on_heard = std::move(done);
                                return std::make_shared<int>();
                            }},
                       2s); // that it takes for one to listen at all, on the busiest machine
    auto answer = std::async(std::launch::async, [&] { return gateway.answer(listening()); });
    ASSERT_TRUE(wait_until([&] { return io.poll(), on_heard != nullptr; }));
    EXPECT_EQ(answer.wait_for(2500ms), std::future_status::timeout);
    on_heard(portald::Heard{{"hello"}});
    EXPECT_EQ(answer.get().body, "hello");
}

TEST(GatewayDeadline, ALoopThatHangsIsA504)
{
    asio::io_context io{1}; // nobody runs it
    BusGateway gateway(io, {}, 10ms);
    const auto answer = gateway.answer(Request{});
    EXPECT_EQ(answer.status, 504);
    EXPECT_EQ(answer.body, R"({"ok":false,"error":"no answer in time"})");
}

} // namespace
