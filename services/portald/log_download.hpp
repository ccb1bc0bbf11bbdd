#pragma once

#include <atomic>
#include <functional>

#include "portald/request.hpp"

namespace portald {

/// A log's text on its way to a client, on the web thread that serves it: each part is asked for
/// when the one before was sent, so that a client that does not read costs one part, and one that
/// has gone nothing. Downloads have few seats, so that slow readers never take all web threads.
class LogDownloads {
public:
    static constexpr unsigned most_seats = 8;

    /// @param ask  answers a request, on any thread
    explicit LogDownloads(std::function<Response(Request)> ask) : ask_(std::move(ask)) {}

    /// Answers any request; a response with a `rest` gets its `more`.
    Response answer(Request request);

private:
    std::function<Response(Request)> ask_;
    std::atomic<unsigned> seats_taken_ = 0;
};

} // namespace portald
