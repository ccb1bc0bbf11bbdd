#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>

namespace portald {

/// Who is at the other end of a connection that TlsFront hands on to the web server, by the port
/// from which it does. Any thread.
class TlsPeers {
public:
    void add(std::uint16_t port, std::string address)
    {
        const std::lock_guard lock(mutex_);
        addresses_[port] = std::move(address);
    }
    void remove(std::uint16_t port)
    {
        const std::lock_guard lock(mutex_);
        addresses_.erase(port);
    }
    /// "" for a connection that did not come through TlsFront.
    std::string address_at(std::uint16_t port) const
    {
        const std::lock_guard lock(mutex_);
        const auto found = addresses_.find(port);
        return found == addresses_.end() ? std::string() : found->second;
    }

private:
    mutable std::mutex mutex_;
    std::map<std::uint16_t, std::string> addresses_;
};

} // namespace portald
