#include "daemonkit/audit_trail.hpp"

namespace daemonkit {

AuditTrail::~AuditTrail()
{
    tell_due(AuditFold::TimePoint::max());
}

void AuditTrail::add(const AuditEntry& entry)
{
    const std::lock_guard lock(mutex_);
    const bool is_first = !fold_.next();
    if (fold_.is_told(entry, std::chrono::steady_clock::now())) tell_(entry);
    if (is_first && fold_.next()) asio::post(io_, [this] { wait(); });
}

void AuditTrail::tell_due(AuditFold::TimePoint now)
{
    const std::lock_guard lock(mutex_);
    for (const auto& entry : fold_.due(now)) tell_(entry);
}

void AuditTrail::wait()
{
    const auto next = [&] {
        const std::lock_guard lock(mutex_);
        return fold_.next();
    }();
    if (!next) return;
    timer_.expires_at(*next);
    timer_.async_wait([this](boost::system::error_code stopped) {
        if (stopped) return;
        tell_due(std::chrono::steady_clock::now());
        wait();
    });
}

} // namespace daemonkit
