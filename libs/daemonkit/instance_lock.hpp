#pragma once

#include <filesystem>
#include <string>

namespace daemonkit {

/// One daemon of a kind per runtime folder: libzmq unlinks an existing ipc path on bind, so a
/// second one would silently steal the socket. Makes the folder when it is absent.
class InstanceLock {
public:
    /// @throws std::runtime_error "bridged runs already (pid 123) in /run/rfc2217"
    InstanceLock(const std::filesystem::path& runtime_dir, const std::string& daemon);
    ~InstanceLock();
    InstanceLock(const InstanceLock&) = delete;
    InstanceLock& operator=(const InstanceLock&) = delete;

private:
    int descriptor_ = -1;
};

} // namespace daemonkit
