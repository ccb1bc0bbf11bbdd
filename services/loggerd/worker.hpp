#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

#include "loop/asio.hpp"

namespace loggerd {

/// loggerd's one thread besides the loop: it compresses, deletes and searches, at low priority.
/// It shares nothing with the loop but this queue. A job is a step that ends within a fraction of
/// a second, so that a search waits for no file to be compressed, and an ending loggerd for
/// nothing long: what takes longer comes back to the loop, which posts the next step.
class Worker {
public:
    using Continuation = std::function<void()>;
    /// Runs on the worker; what it returns (may be empty) runs on the loop. It must not throw.
    using Job = std::function<Continuation()>;

    explicit Worker(asio::io_context& io);
    ~Worker(); ///< waits for the job that runs; those that have not begun are dropped
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    void post(Job job);

private:
    void work();

    asio::io_context& io_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Job> jobs_;
    bool ending_ = false;
    std::thread thread_; // last: it uses all of the above
};

} // namespace loggerd
