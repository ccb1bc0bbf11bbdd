#pragma once

#include <functional>
#include <mutex>

#include "daemonkit/audit_fold.hpp"
#include "loop/asio.hpp"

namespace daemonkit {

/// Tells of requests that changed something, folded; what is left is told at the end.
class AuditTrail {
public:
    using Tell = std::function<void(const AuditEntry&)>;

    AuditTrail(asio::io_context& io, Tell tell) : io_(io), timer_(io), tell_(std::move(tell)) {}
    ~AuditTrail();

    void add(const AuditEntry& entry); ///< any thread

private:
    void tell_due(AuditFold::TimePoint now);
    void wait();

    asio::io_context& io_;
    asio::steady_timer timer_; // of the loop's thread alone
    Tell tell_;
    std::mutex mutex_; // of fold_, and so that lines are told one after the other
    AuditFold fold_;
};

} // namespace daemonkit
