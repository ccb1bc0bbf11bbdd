#pragma once

#include <string>

#include "contract/json.hpp"
#include "portald/known.hpp"

namespace portald {

/// What does not change while we run.
struct Facts {
    std::string hostname;
    std::string version; ///< "rfc2217 0.1.0"
};

/// The entries of /api/devices: the old portal's twelve members first, ours behind them. A slot
/// whose bridge is down is not running, whatever was known last: nobody listens there.
/// Devices without a slot follow, with label, tcp_port and url null.
contract::Json entries(const Known& known, const std::string& host_ip);

/// {"hotplugd": "up", "bridged": "down", …}
contract::Json daemons_view(const Known& known);

contract::Json devices_answer(const Known& known, const Facts& facts, const std::string& host_ip);
contract::Json info_answer(const Known& known, const Facts& facts, const std::string& host_ip);

} // namespace portald
