#pragma once

#include <optional>

#include "daemonkit/access_list.hpp"
#include "portald/host_check.hpp"
#include "portald/request.hpp"
#include "portald/request_rate.hpp"

namespace portald {

/// Who may come in, decided before a request's body is read. No I/O; used by all web threads.
class FrontDoor {
public:
    FrontDoor(daemonkit::AccessList access, HostCheck hosts);

    /// The answer to somebody who may not; nothing when they may.
    std::optional<Response> refusal(const Request& request) const;

private:
    daemonkit::AccessList access_;
    HostCheck hosts_;
    mutable RequestRate rate_; // has a lock of its own
};

} // namespace portald
