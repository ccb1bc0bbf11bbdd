#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>

#include "bridged/curve_keys.hpp"
#include "daemonkit/access_list.hpp"
#include "daemonkit/settings.hpp"
#include "loop/asio.hpp"

namespace bridged {

/// What settings.json says to bridged; the initialisers are the defaults.
struct Config {
    asio::ip::address bind = asio::ip::address_v4::any(); ///< bridge.bind, --bind: of all slots
    std::size_t history_bytes = 1 << 20; ///< bridge.history_bytes, 64 KiB … 64 MiB per slot
    std::chrono::seconds away_grace{5};  ///< bridge.away_grace, 0 … 600: how long a client
                                         ///< whose board has vanished is kept
    daemonkit::AccessList access = daemonkit::AccessList::lan(); ///< access.allow
    std::optional<std::string> events_over_tcp;                  ///< bus.listen
    std::optional<CurveKeys> curve; ///< bus.curve; always there when that is not loopback
};

/// @param bind  of the command line; wins when not empty
/// @throws contract::BadMessage naming section and key
Config read_config(const daemonkit::Settings& settings, const std::string& bind);

} // namespace bridged
