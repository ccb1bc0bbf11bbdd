#pragma once

#include <memory>
#include <string>

#include <spdlog/spdlog.h>

namespace daemonkit {

/// spdlog's default logger: to the journal with fields when stderr is the journal, else to stderr
/// (colours only on a terminal). info = a person would want to know; warn = degraded but
/// going on; error = a thing was lost.
/// @throws contract::BadMessage for a level that spdlog does not know
void init_logging(const std::string& daemon, const std::string& level);

/// A logger for one slot and maybe its tty, or (slot empty) for a tty: lines begin "[ESP32-A] "; in
/// the journal they have the fields SLOT= and DEVNODE=. Same sinks and level as the default logger.
/// Control bytes in messages are escaped.
std::shared_ptr<spdlog::logger> slot_log(const std::string& slot, const std::string& devnode = {});

} // namespace daemonkit
