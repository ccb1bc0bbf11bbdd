#pragma once

#include <optional>

#include "daemonkit/access_list.hpp"
#include "portald/host_check.hpp"
#include "portald/request.hpp"

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
};

} // namespace portald
