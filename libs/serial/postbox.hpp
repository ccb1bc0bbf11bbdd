#pragma once

#include <functional>
#include <mutex>

#include "loop/asio.hpp"

namespace serial {

/// A worker's way back to the loop. Closed by the loop's side, after which the io_context may
/// go although a stuck thread still wants to answer.
class Postbox {
public:
    explicit Postbox(asio::io_context& io) : io_(&io) {}

    void post(std::function<void()> call); ///< from any thread; dropped when closed
    void close();

private:
    std::mutex mutex_;
    asio::io_context* io_;
};

} // namespace serial
