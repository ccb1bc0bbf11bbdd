// LiveView over a real web server: what pages hear, with the test as the bus.
#include "portald/live_view.hpp"

#include <future>

#include <gmock/gmock.h>

#include "sample.hpp"
#include "test_server.hpp"

namespace {

using namespace std::chrono_literals;
using contract::SlotState;
using testing::HasSubstr;

class View : public testing::Test {
protected:
    ~View() override
    {
        asio::post(io_, [this] { io_.stop(); });
        loop_.join();
    }
    /// The slot is in `state` from now on, and the view has been told so.
    void becomes(SlotState state)
    {
        std::promise<void> done;
        asio::post(io_, [&] {
            known_ = sample::known({sample::slot_in(state)});
            view_.known_changed();
            done.set_value();
        });
        done.get_future().wait();
    }
    /// The next message that has `what` in it; "" when none comes within 20 s.
    static std::string hears(HttpPeer& page, const std::string& what)
    {
        const auto until = std::chrono::steady_clock::now() + 20s;
        while (std::chrono::steady_clock::now() < until) { // beats come all the time
            auto message = page.text();
            if (message.empty() || message.find(what) != message.npos) return message;
        }
        return {};
    }

    portald::Known known_ = sample::known({sample::slot_in(SlotState::idle)});
    asio::io_context io_{1};
    asio::executor_work_guard<asio::io_context::executor_type> work_{io_.get_executor()};
    portald::LiveView view_{io_,
                            {"bench-pi", "rfc2217 0.1.0"},
                            {.known = [this]() -> const portald::Known& { return known_; },
                             .host_ip = [] { return "192.168.1.5"; },
                             .audience = [](bool) {}},
                            50ms};
    portald::FrontDoor door_{daemonkit::AccessList::lan(), {"bench-pi", {}}};
    std::thread loop_{[this] { io_.run(); }};
    portald::WebServer server_{{.bind = "127.0.0.1", .threads = 4},
                               door_,
                               [](const portald::Request&) { return portald::Response{}; },
                               view_.feed()};
};

/// What the first page was told last is what the slot is again, but not what the second knows.
TEST_F(View, WhoComesLaterIsToldOfAChangeBackToWhatAnEarlierOneWasToldLast)
{
    {
        HttpPeer first(server_.port());
        first.upgrade();
        hears(first, R"("end")");
        becomes(SlotState::in_use);
        hears(first, "in_use");
        becomes(SlotState::idle);
        ASSERT_THAT(hears(first, R"("slot")"), HasSubstr(R"("state":"idle")"));
    }
    ASSERT_TRUE(wait_until([&] { return view_.feed().count() == 0; }));
    becomes(SlotState::in_use);

    HttpPeer second(server_.port());
    second.upgrade();
    EXPECT_THAT(hears(second, R"("slot")"), HasSubstr(R"("state":"in_use")"));
    hears(second, R"("end")");
    becomes(SlotState::idle);
    EXPECT_THAT(hears(second, R"("slot")"), HasSubstr(R"("state":"idle")"));
}

TEST_F(View, TheFirstThatAPageHearsIsBegin)
{
    HttpPeer first(server_.port());
    first.upgrade();
    EXPECT_THAT(first.text(), HasSubstr(R"("begin")"));
    hears(first, R"("end")");
    becomes(SlotState::in_use);

    HttpPeer second(server_.port());
    second.upgrade();
    EXPECT_THAT(second.text(), HasSubstr(R"("begin")"));
}

TEST_F(View, WhoComesFirstIsToldEachBoardsLastLine)
{
    const auto first_after_the_state = [&](const contract::Json& counters) {
        std::promise<void> done;
        asio::post(io_, [&] {
            known_.log_counters = {{"ESP32-A", counters}};
            done.set_value();
        });
        done.get_future().wait();
        HttpPeer page(server_.port());
        page.upgrade();
        hears(page, R"("end")");
        return hears(page, R"("type":)");
    };
    EXPECT_THAT(
        first_after_the_state({{"last_line", "2026-11-22T09:00:00Z"}, {"last_text", "tick"}}),
        HasSubstr(R"("type":"line","slot":"ESP32-A","direction":"RX","text":"tick")"));
    for (const auto& strange : std::vector<contract::Json>{
             {{"last_line", 7}}, {{"last_line", nullptr}}, contract::Json()})
        EXPECT_THAT(first_after_the_state(strange), HasSubstr("beat"));
}

TEST_F(View, BeatsForAsLongAsSomebodyWatches)
{
    HttpPeer page(server_.port());
    page.upgrade();
    for (int i = 0; i < 3; ++i) EXPECT_EQ(hears(page, "beat"), R"({"type":"beat"})");
}

} // namespace
