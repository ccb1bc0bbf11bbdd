#include "portald/bus_gateway.hpp"

#include <future>
#include <thread>

#include <gmock/gmock.h>

#include "sample.hpp"

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
    std::future<Response> ask()
    {
        return std::async(std::launch::async, [this] { return gateway_.answer(Request{}); });
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
    Known known_;
    asio::io_context io_{1};
    asio::executor_work_guard<asio::io_context::executor_type> work_{io_.get_executor()};
    BusGateway gateway_{
        io_,
        {.begin = [this](const Request& request,
                         const Known& known) { return begin_(request, known); },
         .known = [this]() -> const Known& { return known_; },
         .call =
             [this](const std::string&, const std::string&, contract::Json, auto done) {
                 on_result_ = std::move(done);
                 called_.set_value();
             }},
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

TEST(GatewayDeadline, ALoopThatHangsIsA504)
{
    asio::io_context io{1}; // nobody runs it
    BusGateway gateway(io, {}, 10ms);
    const auto answer = gateway.answer(Request{});
    EXPECT_EQ(answer.status, 504);
    EXPECT_EQ(answer.body, R"({"ok":false,"error":"no answer in time"})");
}

} // namespace
