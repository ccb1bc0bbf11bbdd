#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "bridged/config.hpp"
#include "daemonkit/complaints.hpp"

namespace bridged {

/// Who may subscribe over TCP (bus.listen): an address of access.allow and, with CURVE, a key
/// that bus.curve lists. No I/O.
class BusDoor {
public:
    using TimePoint = std::chrono::steady_clock::time_point;

    /// @param complain  told who was refused and why
    BusDoor(const Config& config, std::function<void(const std::string&)> complain);

    /// Nothing: he may. @param key  "" without CURVE
    std::optional<std::string> refusal(const std::string& address, const std::string& key,
                                       TimePoint now);

    /// Somebody from there did not get as far as to be judged.
    void stranger(const std::string& address, TimePoint now);

private:
    std::optional<std::string> why_not(const asio::ip::address& peer, const std::string& key) const;
    void complain(const std::string& address, const std::string& why, TimePoint now);

    const Config& config_;
    std::function<void(const std::string&)> complain_;
    daemonkit::Complaints complaints_;
};

} // namespace bridged
