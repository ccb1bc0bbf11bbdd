#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "loop/asio.hpp"
#include "portald/outbox.hpp"

namespace portald {

/// POSTs JSON, several at once, on the loop: libcurl's multi interface with Asio as its poller.
/// Follows no redirects, uses no proxy, speaks http and https only; what is answered is not kept.
class Webhooks {
public:
    /// @param text  for a person
    using Done = std::function<void(Outbox::Outcome outcome, const std::string& text)>;

    Webhooks(asio::io_context& io, std::chrono::milliseconds timeout);
    ~Webhooks(); ///< what is under way is broken off, without a call of Done

    void post(const std::string& url, std::string body, Done done);

private:
    struct Core;
    asio::io_context& io_;
    std::chrono::milliseconds timeout_;
    /// From the first post on: libcurl and OpenSSL would be 2 MB of what portald takes. Handlers
    /// that are queued outlive us.
    std::shared_ptr<Core> core_;
};

} // namespace portald
