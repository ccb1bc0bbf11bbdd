#pragma once

#include <string>
#include <string_view>

namespace daemonkit {

/// For text that goes to a terminal, the journal or systemd: C0 and C1 control characters, DEL
/// and bytes that are not UTF-8 become \xhh, so that a board's product string cannot move
/// somebody's cursor or add a line of its own.
std::string escape_control_bytes(std::string_view text);

} // namespace daemonkit
