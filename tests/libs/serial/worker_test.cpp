#include "serial/worker.hpp"

#include <algorithm>
#include <chrono>
#include <future>
#include <memory>
#include <vector>

#include <gtest/gtest.h>

#include "serial/postbox.hpp"

namespace serial {

using namespace std::chrono_literals;

TEST(Worker, DoesJobsInOrderOnOneThread)
{
    std::vector<int> order;
    std::promise<void> all;
    Worker worker{"test"};
    for (int i = 0; i < 100; ++i) worker.post([&, i] { order.push_back(i); });
    worker.post([&] { all.set_value(); });

    ASSERT_EQ(all.get_future().wait_for(20s), std::future_status::ready);
    ASSERT_EQ(order.size(), 100u);
    EXPECT_TRUE(std::is_sorted(order.begin(), order.end()));
}

TEST(Worker, IsNotHeldUpByAStuckJobAndStillFinishesWhatWasPosted)
{
    std::promise<void> stuck;
    const auto finished = std::make_shared<std::promise<void>>();
    auto until_finished = finished->get_future();
    {
        Worker worker{"test"};
        worker.post([until = stuck.get_future().share()] { until.wait(); });
        worker.post([finished] { finished->set_value(); });
    } // would hang here
    EXPECT_EQ(until_finished.wait_for(0s), std::future_status::timeout);

    stuck.set_value();
    EXPECT_EQ(until_finished.wait_for(20s), std::future_status::ready);
}

TEST(Worker, EndsWhenItIsIdle)
{
    Worker worker{"a name longer than the kernel takes"};
}

TEST(Postbox, DropsWhatComesAfterTheLoopIsGone)
{
    auto io = std::make_unique<asio::io_context>();
    Postbox postbox{*io};
    bool called = false;
    postbox.post([&] { called = true; });
    io->run();
    EXPECT_TRUE(called);

    postbox.close();
    io.reset();
    postbox.post([] { FAIL() << "nobody is there to run this"; });
}

} // namespace serial
