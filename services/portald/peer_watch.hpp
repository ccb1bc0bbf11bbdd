#pragma once

#include <optional>
#include <string>

namespace portald {

/// Whether the client of a connection has closed it, seen while somebody else owns the
/// socket and does not read: civetweb hides its sockets, so it is found among the process's own
/// descriptors by its two ends. A client that only ends its sending side looks the same.
class PeerWatch {
public:
    PeerWatch(std::string address, int port, int own_port)
        : address_(std::move(address)), port_(port), own_port_(own_port)
    {
    }

    /// Only while the connection is surely open on this side: by the thread that serves it. False
    /// also when there is no such connection.
    bool gone();
    /// The descriptor itself, on the same condition; -1: there is no such connection.
    int socket();

private:
    bool is_it(int descriptor) const;
    int find() const;

    std::string address_;
    int port_;
    int own_port_;
    std::optional<int> socket_; // -1: not found
};

} // namespace portald
