#include "portald/bus_watch.hpp"

#include <cstdlib>
#include <filesystem>
#include <functional>
#include <thread>

#include <gmock/gmock.h>
#include <zmq.hpp>

#include "contract/names.hpp"

namespace {

using namespace std::chrono_literals;
using portald::BusWatch;

class BusWatchTest : public testing::Test {
protected:
    BusWatchTest()
    {
        std::string name = "/tmp/bus_watch.XXXXXX";
        folder_ = ::mkdtemp(name.data());
    }
    ~BusWatchTest() override { std::filesystem::remove_all(folder_); }

    /// How many pings have come to a hotplugd that answers nothing.
    int pings()
    {
        zmq::message_t frame;
        while (hotplugd_.recv(frame, zmq::recv_flags::dontwait)) {
            if (frame.to_string_view().find(R"("verb":"ping")") != std::string_view::npos) ++pings_;
        }
        return pings_;
    }
    void run_until(const std::function<bool()>& condition, std::chrono::milliseconds at_most)
    {
        const auto until = std::chrono::steady_clock::now() + at_most;
        while (!condition() && std::chrono::steady_clock::now() < until) io_.run_one_for(20ms);
    }

    std::string folder_;
    asio::io_context io_{1};
    zmq::context_t zmq_{1};
    zmq::socket_t hotplugd_{zmq_, zmq::socket_type::router};
    int pings_ = 0;
};

/// The look of a timer that had run out already when the last page went was taken for one that
/// somebody wants, and went on every second.
TEST_F(BusWatchTest, NobodyIsPingedWhileNobodyWatches)
{
    hotplugd_.bind(contract::requests_endpoint(folder_, "hotplugd"));
    hotplugd_.set(zmq::sockopt::linger, 0);
    BusWatch watch(io_, zmq_, folder_,
                   {.changed = [] {},
                    .line = [](const auto&, const auto&, auto) {},
                    .bridge_counters = [](const auto&) {}});
    watch.watched_by(BusWatch::Audience::somebody);
    run_until([&] { return pings() >= 2; }, 20s);
    ASSERT_GE(pings(), 2);

    bool is_over = false;
    asio::post(io_, [&] {
        std::this_thread::sleep_for(1100ms); // the loop is busy, and the timer runs out
        asio::post(io_, [&] {
            watch.watched_by(BusWatch::Audience::nobody);
            is_over = true;
        });
    });
    run_until([&] { return is_over; }, 20s);
    run_until([] { return false; }, 500ms); // what was asked before is on its way
    const int before = pings();
    run_until([&] { return pings() > before; }, 2500ms);
    EXPECT_EQ(pings(), before);
}

} // namespace
