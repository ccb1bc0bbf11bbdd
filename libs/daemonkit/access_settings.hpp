#pragma once

#include "daemonkit/access_list.hpp"
#include "daemonkit/settings.hpp"

namespace daemonkit {

/// settings.json, access.allow: who may connect, to serial ports and portal alike.
/// Without it, AccessList::lan() and this machine's own addresses at the time of the call.
/// @throws contract::BadMessage
AccessList configured_access(const Settings& settings);

} // namespace daemonkit
