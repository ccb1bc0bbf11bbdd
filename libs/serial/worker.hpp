#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

namespace serial {

/// One thread that does jobs in order. Destroying it never waits for a job: the thread
/// finishes what was posted, keeps alive what the jobs captured, and ends by itself.
class Worker {
public:
    explicit Worker(const std::string& name); ///< seen in top -H; cut at 15 bytes
    ~Worker();
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    /// What a job captures is destroyed on the worker's thread. It must not throw.
    void post(std::function<void()> job);

private:
    struct State {
        std::mutex mutex;
        std::condition_variable changed;
        std::deque<std::function<void()>> jobs;
        bool busy = false;
        bool ending = false;
    };
    static void work(State& state);

    std::shared_ptr<State> state_; // shared with the thread, which may outlive us
    std::thread thread_;
};

} // namespace serial
